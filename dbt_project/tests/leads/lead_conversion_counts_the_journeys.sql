-- for every period type and horizon the rows together count each episode, and each milestone within the horizon, once
{% set counts = {
    "mql": "mql",
    "sql": "sql",
    "accepted": "accepted",
    "rejected": "rejected",
    "opportunities": "opportunity",
    "won": "won",
} %}

with

counted as (

    select
        period_type,
        horizon_days,
        {% for count in counts -%}
            sum({{ count }}) as {{ count }},
        {% endfor -%}
        sum(leads) as leads
    from {{ ref("funnel_lead_conversion") }}
    group by period_type, horizon_days

),

expected as (

    select
        counted.period_type,
        counted.horizon_days,
        {% for count, milestone in counts.items() -%}
            sum(
                case
                    when
                        {{ calendar_days("journeys.started_date", "journeys." ~ milestone ~ "_date") }}
                        <= counted.horizon_days
                        then 1
                    else 0
                end
            ) as {{ count }},
        {% endfor -%}
        count(*) as leads
    from {{ ref("int_lead_journeys") }} as journeys
    cross join counted
    group by counted.period_type, counted.horizon_days

)

select counted.*
from counted
inner join expected
    on
        counted.period_type = expected.period_type
        and counted.horizon_days = expected.horizon_days
where
    counted.leads <> expected.leads
    {% for count in counts -%}
        or counted.{{ count }} <> expected.{{ count }}
    {% endfor %}
