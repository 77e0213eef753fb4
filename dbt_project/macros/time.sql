{# Time: instants are timestamps in UTC; days are counted in the company's time zone. #}

{# The local day of a UTC instant. #}
{% macro local_date(instant) %}
    {{- return(adapter.dispatch("local_date", "salesops")(instant)) -}}
{% endmacro %}

{% macro default__local_date(instant) -%}
    cast(({{ instant }} at time zone 'UTC') at time zone '{{ var("company_timezone") }}' as date)
{%- endmacro %}

{% macro spark__local_date(instant) -%}
    cast(from_utc_timestamp({{ instant }}, '{{ var("company_timezone") }}') as date)
{%- endmacro %}


{# The UTC instant at which a local day begins. #}
{% macro local_midnight(day) %}
    {{- return(adapter.dispatch("local_midnight", "salesops")(day)) -}}
{% endmacro %}

{% macro default__local_midnight(day) -%}
    ((cast({{ day }} as timestamp) at time zone '{{ var("company_timezone") }}') at time zone 'UTC')
{%- endmacro %}

{% macro spark__local_midnight(day) -%}
    to_utc_timestamp(cast({{ day }} as timestamp), '{{ var("company_timezone") }}')
{%- endmacro %}


{# Days from one instant to another, as elapsed seconds ÷ 86,400. #}
{% macro elapsed_days(earlier, later) %}
    {{- return(adapter.dispatch("elapsed_days", "salesops")(earlier, later)) -}}
{% endmacro %}

{% macro default__elapsed_days(earlier, later) -%}
    ((epoch_us({{ later }}) - epoch_us({{ earlier }})) / 86400000000.0)
{%- endmacro %}

{% macro spark__elapsed_days(earlier, later) -%}
    ((unix_micros({{ later }}) - unix_micros({{ earlier }})) / 86400000000.0)
{%- endmacro %}


{# Calendar days from one day to another. #}
{% macro calendar_days(earlier, later) -%}
    {{ dbt.datediff(earlier, later, "day") }}
{%- endmacro %}


{# The UTC instant at which as_of ends: the local midnight after it. #}
{% macro as_of_end() -%}
    {%- set next_day = modules.datetime.date.fromisoformat(var("as_of")) + modules.datetime.timedelta(days=1) -%}
    {{ local_midnight("date '" ~ next_day.isoformat() ~ "'") }}
{%- endmacro %}


{# Before and after everything. #}
{% macro beginning_of_time() -%}
    timestamp '1900-01-01 00:00:00'
{%- endmacro %}

{% macro end_of_time() -%}
    timestamp '9999-12-31 00:00:00'
{%- endmacro %}


{# Raw's text of a moment as a UTC instant; a pure date is that local midnight. Null when it is neither. #}
{% macro instant_of(text) -%}
    case
        when length({{ text }}) = 10 then {{ local_midnight(safe_cast(text, "date")) }}
        else {{ safe_cast("replace(" ~ text ~ ", 'Z', '')", "timestamp") }}
    end
{%- endmacro %}

{# Raw's text of a moment as a local day; a pure date is not shifted. #}
{% macro day_of(text) -%}
    case
        when length({{ text }}) = 10 then {{ safe_cast(text, "date") }}
        else {{ local_date(safe_cast("replace(" ~ text ~ ", 'Z', '')", "timestamp")) }}
    end
{%- endmacro %}

{# Whether a row of the configuration had been recorded by known_at. #}
{% macro is_known(recorded_at) -%}
    {%- if var("known_at") -%}
        ({{ recorded_at }} is null or {{ instant_of(recorded_at) }} <= {{ instant_of("'" ~ var("known_at") ~ "'") }})
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}


{# Each kind of period, with the column of dim_date that holds its first day. #}
{% macro period_starts() %}
    {{ return({
        "week": "week_start_date",
        "month": "fiscal_month_start_date",
        "quarter": "fiscal_quarter_start_date",
        "year": "fiscal_year_start_date",
    }) }}
{% endmacro %}
