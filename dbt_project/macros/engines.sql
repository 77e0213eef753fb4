{# What dbt itself does not do alike on every engine. #}

{# Contracts are held on DuckDB, whose build is published. On Spark counts and row numbers are int where DuckDB has bigint,
   so that types could not agree to the letter; that values do is what `make spark` compares. #}
{% macro spark__get_assert_columns_equivalent(sql) -%}
{%- endmacro %}


{# The texts of a group as one, in an order, with a delimiter between. #}
{% macro joined_texts(expression, delimiter, order) %}
    {{- return(adapter.dispatch("joined_texts", "salesops")(expression, delimiter, order)) -}}
{% endmacro %}

{% macro default__joined_texts(expression, delimiter, order) -%}
    string_agg({{ expression }}, '{{ delimiter }}' order by {{ order }})
{%- endmacro %}

{% macro spark__joined_texts(expression, delimiter, order) -%}
    listagg({{ expression }}, '{{ delimiter }}') within group (order by {{ order }})
{%- endmacro %}
