{{ config(tags=["impact_tier_1"]) }}
{% set horizons = [30, 60, 90, 180, 365] %}
{% set dimensions = ["lead_source", "first_touch_campaign_id", "last_touch_campaign_id", "persona", "owner_id"] %}
{% set starts = period_starts() %}
{% set counts = {
    "mql": "mql",
    "sql": "sql",
    "accepted": "accepted",
    "rejected": "rejected",
    "opportunities": "opportunity",
    "won": "won",
} %}
{% set steps = {
    "mql": "mql",
    "sql": "sql",
    "acceptance": "accepted",
    "rejection": "rejected",
    "opportunity": "opportunity",
    "won": "won",
} %}

with

journeys as (

    select * from {{ ref("int_lead_journeys") }}

),

days as (

    select * from {{ ref("dim_date") }}

),

periods as (

    select * from {{ ref("dim_period") }}

),

horizons as (

    {% for horizon in horizons -%}
        select {{ horizon }} as horizon_days
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

by_period as (

    {% for period_type, column in starts.items() %}
        select
            '{{ period_type }}' as period_type,
            days.{{ column }} as period_start_date,
            journeys.*
        from journeys
        inner join days
            on journeys.started_date = days.date_day
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- a horizon counts local days and includes its last
within_horizon as (

    select
        by_period.*,
        {% for milestone in steps.values() -%}
            coalesce(
                by_period.{{ milestone }}_date
                <= {{ dbt.dateadd("day", "horizons.horizon_days", "by_period.started_date") }},
                false
            ) as is_{{ milestone }},
        {% endfor -%}
        horizons.horizon_days
    from by_period
    cross join horizons

),

totals as (

    select
        period_type,
        period_start_date,
        horizon_days,
        {% for dimension in dimensions -%}
            {{ dimension }},
        {% endfor -%}
        {% for count, milestone in counts.items() -%}
            cast(sum(case when is_{{ milestone }} then 1 else 0 end) as integer) as {{ count }},
        {% endfor -%}
        {% for step, milestone in steps.items() -%}
            cast(
                percentile_cont(0.5) within group (order by case when is_{{ milestone }} then days_to_{{ step }} end) as double
            ) as median_days_to_{{ step }},
        {% endfor -%}
        cast(count(*) as integer) as leads
    from within_horizon
    group by period_type, period_start_date, horizon_days, {{ dimensions | join(", ") }}

),

campaigns as (

    select
        campaign_id,
        campaign_name
    from {{ ref("stg_crm__campaigns") }}

),

final as (

    select
        ---------- ids
        totals.owner_id,
        totals.first_touch_campaign_id,
        totals.last_touch_campaign_id,

        ---------- text
        totals.period_type,
        totals.lead_source as source,
        first_campaigns.campaign_name as first_touch_campaign,
        last_campaigns.campaign_name as last_touch_campaign,
        totals.persona,

        ---------- numbers
        totals.horizon_days,
        totals.leads,
        {% for count in counts -%}
            totals.{{ count }},
        {% endfor -%}
        {% for rate, (numerator, denominator) in {
            "mql_rate": ("totals.mql", "totals.leads"),
            "sql_rate": ("totals.sql", "totals.mql"),
            "acceptance_rate": ("totals.accepted", "totals.accepted + totals.rejected"),
            "opportunity_rate": ("totals.opportunities", "totals.sql"),
            "opportunity_win_rate": ("totals.won", "totals.opportunities"),
            "lead_win_rate": ("totals.won", "totals.leads"),
        }.items() -%}
            cast({{ divide(numerator, denominator) }} as decimal(18, 6)) as {{ rate }},
        {% endfor -%}
        {% for step in steps -%}
            totals.median_days_to_{{ step }},
        {% endfor %}
        ---------- flags
        -- the horizon of the period's last day is over
        {{ dbt.dateadd("day", "totals.horizon_days - 1", "periods.period_end_date") }}
        <= cast('{{ var("as_of") }}' as date) as is_mature,

        ---------- dates
        totals.period_start_date
    from totals
    inner join periods
        on
            totals.period_type = periods.period_type
            and totals.period_start_date = periods.period_start_date
    left join campaigns as first_campaigns
        on totals.first_touch_campaign_id = first_campaigns.campaign_id
    left join campaigns as last_campaigns
        on totals.last_touch_campaign_id = last_campaigns.campaign_id

)

select * from final
