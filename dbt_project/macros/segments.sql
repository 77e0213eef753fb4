{# The attributes that a segment may ask for, as _seeds.yml lists them, each with its column of int_opportunity_profiles. #}
{% macro segment_attributes() %}
    {{ return({
        "account_country": {"column": "account_country", "is_number": false},
        "account_region": {"column": "account_region", "is_number": false},
        "account_industry": {"column": "account_industry", "is_number": false},
        "account_type": {"column": "account_type", "is_number": false},
        "account_employees": {"column": "account_employees", "is_number": true},
        "account_revenue": {"column": "account_revenue", "is_number": true},
        "product": {"column": "product", "is_number": false},
        "product_family": {"column": "product_family", "is_number": false},
        "deal_amount": {"column": "amount_plan", "is_number": true},
        "deal_currency": {"column": "currency", "is_number": false},
        "deal_pipeline": {"column": "pipeline", "is_number": false},
        "deal_type": {"column": "opportunity_type", "is_number": false},
        "deal_source": {"column": "lead_source", "is_number": false},
        "deal_territory": {"column": "territory", "is_number": false},
    }) }}
{% endmacro %}


{# Whether a value fits a condition, negation aside; never null. A value is given as text, and as a number where its
   attribute is one, which only `=`, `between` and `is_null` compare. #}
{% macro condition_fits(text, number, is_number, operator, value) -%}
    {%- set lower = dbt.split_part(value, "';'", 1) -%}
    {%- set upper = dbt.split_part(value, "';'", 2) -%}
    coalesce(
        case
            when {{ operator }} = 'is_null' then {{ text }} is null
            when {{ operator }} = '=' and {{ is_number }} then {{ number }} = {{ safe_cast(value, "decimal(28, 6)") }}
            when {{ operator }} = '=' then {{ text }} = {{ value }}
            when {{ operator }} = 'in'
                then {{ dbt.position("';' || " ~ text ~ " || ';'", "';' || replace(" ~ value ~ ", '; ', ';') || ';'") }} > 0
            when {{ operator }} = 'prefix' then substr({{ text }}, 1, length({{ value }})) = {{ value }}
            when {{ operator }} = 'between' and {{ is_number }}
                then
                    {{ number }} >= coalesce({{ safe_cast("trim(" ~ lower ~ ")", "decimal(28, 6)") }}, {{ number }})
                    and {{ number }} <= coalesce({{ safe_cast("trim(" ~ upper ~ ")", "decimal(28, 6)") }}, {{ number }})
            when {{ operator }} = 'between'
                then {{ text }} >= trim({{ lower }}) and (trim({{ upper }}) = '' or {{ text }} <= trim({{ upper }}))
        end,
        false
    )
{%- endmacro %}


{# The branches of a case over the attributes: each one's value as text, or those of numbers as a number. #}
{% macro segment_values(as_number) -%}
    {%- for name, attribute in segment_attributes().items() if attribute.is_number or not as_number %}
        when '{{ name }}'
            then cast(pieces.{{ attribute.column }} as {{ "decimal(28, 6)" if as_number else dbt.type_string() }})
    {%- endfor %}
{%- endmacro %}
