{# Exact arithmetic of pay, on decimal(38, 10). What is negative mirrors what is positive: f(-x) = -f(x). #}

{# a / b to ten decimals, half up; null where b is 0. #}
{% macro exact_quotient(a, b) %}
    {{ return(adapter.dispatch("exact_quotient", "salesops")(a, b)) }}
{% endmacro %}

{% macro default__exact_quotient(a, b) -%}
    cast(cast({{ a }} as decimal(38, 10)) / nullif(cast({{ b }} as decimal(38, 10)), 0) as decimal(38, 10))
{%- endmacro %}

{# DuckDB divides decimals as doubles, but integers exactly: a * 10^10 * 10^10 * 2 by b * 10^10, halved with the odd one up.
   |a| may be as large as 8 * 10^17. #}
{% macro duckdb__exact_quotient(a, b) -%}
    (
        cast(
            sign({{ a }}) * sign({{ b }})
            * (
                (
                    cast(abs(cast({{ a }} as decimal(38, 10))) * 10000000000 as hugeint) * 20000000000
                    // nullif(cast(abs(cast({{ b }} as decimal(38, 10))) * 10000000000 as hugeint), 0)
                    + 1
                )
                // 2
            )
            as decimal(38, 0)
        )
        * cast('0.0000000001' as decimal(11, 10))
    )
{%- endmacro %}


{# An amount rounded as its row says: mode half_up, half_even or down, 0 to 2 decimals. #}
{% macro round_by(amount, mode, decimals) -%}
    cast(
        sign({{ amount }})
        * (
            {{ rounded_units("abs(" ~ amount ~ ") * case " ~ decimals ~ " when 0 then 1 when 1 then 10 when 2 then 100 end", mode) }}
        )
        * case {{ decimals }}
            when 0 then cast('1.00' as decimal(3, 2))
            when 1 then cast('0.10' as decimal(3, 2))
            when 2 then cast('0.01' as decimal(3, 2))
        end
        as decimal(38, 10)
    )
{%- endmacro %}

{# A quantity that is not negative, as a whole number of units. #}
{% macro rounded_units(units, mode) -%}
    case
        when {{ mode }} = 'down' then cast(floor(cast({{ units }} as decimal(38, 10))) as decimal(28, 0))
        when
            {{ mode }} = 'half_up'
            or cast({{ units }} as decimal(38, 10)) - floor(cast({{ units }} as decimal(38, 10))) <> 0.5
            then cast(floor(cast({{ units }} as decimal(38, 10)) + 0.5) as decimal(28, 0))
        when {{ mode }} = 'half_even'
            then cast(
                floor(cast({{ units }} as decimal(38, 10)))
                + mod(cast(floor(cast({{ units }} as decimal(38, 10))) as decimal(28, 0)), 2) as decimal(28, 0)
            )
    end
{%- endmacro %}


{# A number as English text: 1,234.50, 24.6046, −0.05; as many decimals as it has, at least `decimals`. #}
{% macro number_text(number, decimals=2) -%}
    concat(
        case when {{ number }} < 0 then '−' else '' end,
        {{ grouped_text("abs(" ~ number ~ ")") }},
        {{ decimals_text("abs(" ~ number ~ ")", decimals) }}
    )
{%- endmacro %}

{# The whole part of a number that is not negative, its thousands apart. #}
{% macro grouped_text(number) -%}
    {%- set padded = "lpad(cast(cast(floor(" ~ number ~ ") as decimal(18, 0)) as " ~ dbt.type_string() ~ "), 18, ' ')" -%}
    trim(leading ' ,' from concat(
        substr({{ padded }}, 1, 3), ',', substr({{ padded }}, 4, 3), ',', substr({{ padded }}, 7, 3), ',',
        substr({{ padded }}, 10, 3), ',', substr({{ padded }}, 13, 3), ',', substr({{ padded }}, 16, 3)
    ))
{%- endmacro %}

{# Point and decimals, without zeros beyond those asked for; nothing where there are none. #}
{% macro decimals_text(number, decimals) -%}
    {%- set digits -%}
        lpad(cast(cast(({{ number }} - floor({{ number }})) * 10000000000 as bigint) as {{ dbt.type_string() }}), 10, '0')
    {%- endset -%}
    trim(trailing '.' from concat(
        '.',
        {% if decimals > 0 %}substr({{ digits }}, 1, {{ decimals }}),{% endif %}
        trim(trailing '0' from substr({{ digits }}, {{ decimals + 1 }}))
    ))
{%- endmacro %}

{# A rate, a fraction, as percent: 8 %, 2.5 %. #}
{% macro rate_text(rate) -%}
    concat({{ number_text("cast(" ~ rate ~ " * 100 as decimal(18, 4))", 0) }}, ' %')
{%- endmacro %}
