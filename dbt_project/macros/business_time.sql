{#
    Business time: what passes while a calendar's hours run, in the local time of a zone. int_business_hours holds the
    hours of every day as instants in UTC, with the time open before that day; the time between two instants is the
    difference of what was open before each. Counted in whole microseconds, so that it is exact.

    A time that the clock shows twice is its second showing; one that it leaps over is moved by the leap.
#}

{# The names of time zones, one a row. #}
{% macro known_time_zones() -%}
    select time_zone
    from (values
        {% for zone in modules.pytz.all_timezones %}('{{ zone }}'){{ "," if not loop.last }}{% endfor %}
    ) as zones (time_zone)
{%- endmacro %}


{# The UTC instant of a local time in a zone; both may be columns. #}
{% macro zoned_instant(local_time, time_zone) %}
    {{- return(adapter.dispatch("zoned_instant", "salesops")(local_time, time_zone)) -}}
{% endmacro %}

{% macro default__zoned_instant(local_time, time_zone) -%}
    (({{ local_time }} at time zone {{ time_zone }}) at time zone 'UTC')
{%- endmacro %}

{% macro spark__zoned_instant(local_time, time_zone) -%}
    to_utc_timestamp({{ local_time }}, {{ time_zone }})
{%- endmacro %}


{# The local day of a UTC instant in a zone; both may be columns. #}
{% macro zoned_date(instant, time_zone) %}
    {{- return(adapter.dispatch("zoned_date", "salesops")(instant, time_zone)) -}}
{% endmacro %}

{% macro default__zoned_date(instant, time_zone) -%}
    cast(({{ instant }} at time zone 'UTC') at time zone {{ time_zone }} as date)
{%- endmacro %}

{% macro spark__zoned_date(instant, time_zone) -%}
    cast(from_utc_timestamp({{ instant }}, {{ time_zone }}) as date)
{%- endmacro %}


{# Microseconds from one instant to another. #}
{% macro elapsed_microseconds(earlier, later) %}
    {{- return(adapter.dispatch("elapsed_microseconds", "salesops")(earlier, later)) -}}
{% endmacro %}

{% macro default__elapsed_microseconds(earlier, later) -%}
    (epoch_us({{ later }}) - epoch_us({{ earlier }}))
{%- endmacro %}

{% macro spark__elapsed_microseconds(earlier, later) -%}
    (unix_micros({{ later }}) - unix_micros({{ earlier }}))
{%- endmacro %}


{#
    How long each instant's calendar had been open before it, since int_business_hours begins: a row for each row of the
    relation, with its keys and open_microseconds; instants outside of int_business_hours have none.

    relation: name of a CTE with the keys, calendar, time_zone and `moment_at`
#}
{% macro open_until(relation, keys) -%}
    select
        {% for key in keys %}moments.{{ key }},
        {% endfor -%}
        cast(
            max(hours.open_before_microseconds)
            + sum(
                case
                    when moments.moment_at >= hours.closes_at
                        then {{ elapsed_microseconds("hours.opens_at", "hours.closes_at") }}
                    when moments.moment_at > hours.opens_at
                        then {{ elapsed_microseconds("hours.opens_at", "moments.moment_at") }}
                    else 0
                end
            ) as bigint
        ) as open_microseconds
    from {{ relation }} as moments
    inner join {{ ref("int_business_hours") }} as hours
        on
            moments.calendar = hours.calendar
            and moments.time_zone = hours.time_zone
            and {{ zoned_date("moments.moment_at", "moments.time_zone") }} = hours.local_date
    group by {% for key in keys %}moments.{{ key }}{{ ", " if not loop.last }}{% endfor %}
{%- endmacro %}
