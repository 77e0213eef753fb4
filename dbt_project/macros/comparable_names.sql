{# Names of people's mailboxes, sites and companies in the form in which they are compared. #}

{# Every place where a regular expression fits, replaced. #}
{% macro replace_pattern(text, pattern, replacement) %}
    {{- return(adapter.dispatch("replace_pattern", "salesops")(text, pattern, replacement)) -}}
{% endmacro %}

{% macro default__replace_pattern(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__replace_pattern(text, pattern, replacement) -%}
    regexp_replace({{ text }}, r'{{ pattern }}', '{{ replacement }}')
{%- endmacro %}


{# An email address in lower case; null for what is none. #}
{% macro email_address(text) -%}
    case when {{ text }} like '%_@_%.__%' then lower(trim({{ text }})) end
{%- endmacro %}

{# The domain of a web site's address: https://www.example.com:443/en?x=1 is example.com. #}
{% macro website_domain(text) -%}
    nullif({{ replace_pattern(
        replace_pattern("lower(trim(" ~ text ~ "))", "^[a-z]+://|[/?#].*$|:[0-9]+([/?#].*)?$", ""), "^www[0-9]*[.]|[.]$", ""
    ) }}, '')
{%- endmacro %}
