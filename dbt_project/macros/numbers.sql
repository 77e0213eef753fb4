{# Numbers: money is exact, a rate may be a ratio. #}

{# Null instead of an error when the value is not of the type. #}
{% macro safe_cast(expression, type) -%}
    try_cast({{ expression }} as {{ type }})
{%- endmacro %}

{# Rounded half up (away from zero) to so many decimals; exact. #}
{% macro round_half_up(expression, decimals) -%}
    round(cast({{ expression }} as decimal(38, 10)), {{ decimals }})
{%- endmacro %}

{# A ratio; null where the denominator is 0. #}
{% macro divide(numerator, denominator) -%}
    (cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0))
{%- endmacro %}
