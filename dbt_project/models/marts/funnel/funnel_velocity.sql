{{ config(tags=["impact_tier_2"]) }}
{% set starts = period_starts() %}

with

cycles as (

    select * from {{ ref("funnel_cycle") }}
    where outcome in ('won', 'lost') and not is_not_counted and booked_date is not null

),

opportunities as (

    select * from {{ ref("fct_opportunities") }}

),

days as (

    select * from {{ ref("dim_date") }}

),

periods as (

    select * from {{ ref("dim_period") }}

),

-- sums of a day, which add to those of its periods; a deal whose days are not known is in no mean of days
by_day as (

    select
        cycles.team,
        cycles.pipeline,
        cycles.opportunity_type,
        cycles.booked_date,
        count(*) as opportunities,
        sum(case when cycles.outcome = 'won' then 1 else 0 end) as won_count,
        sum(case when cycles.outcome = 'won' then coalesce(opportunities.amount_plan, 0) else 0 end) as won_value,
        sum(cycles.days_from_creation) as days,
        count(cycles.days_from_creation) as timed
    from cycles
    inner join opportunities
        on cycles.opportunity_id = opportunities.opportunity_id
    group by cycles.team, cycles.pipeline, cycles.opportunity_type, cycles.booked_date

),

by_period as (

    {% for period_type, column in starts.items() %}
        select
            '{{ period_type }}' as period_type,
            days.{{ column }} as period_start_date,
            by_day.team,
            by_day.pipeline,
            by_day.opportunity_type,
            sum(by_day.opportunities) as opportunities,
            sum(by_day.won_count) as won_count,
            sum(by_day.won_value) as won_value,
            {{ divide("sum(by_day.won_value)", "sum(by_day.won_count)") }} as mean_won_value,
            {{ divide("sum(by_day.won_count)", "sum(by_day.opportunities)") }} as win_rate,
            {{ divide("sum(by_day.days)", "sum(by_day.timed)") }} as cycle_days
        from by_day
        inner join days
            on by_day.booked_date = days.date_day
        group by days.{{ column }}, by_day.team, by_day.pipeline, by_day.opportunity_type
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

final as (

    select
        ---------- text
        by_period.period_type,
        by_period.team,
        by_period.pipeline,
        by_period.opportunity_type,

        ---------- numbers
        cast(by_period.opportunities as integer) as opportunities,
        cast(by_period.won_count as integer) as won_count,
        cast(by_period.won_value as decimal(18, 2)) as won_value,
        cast({{ round_half_up("by_period.mean_won_value", 2) }} as decimal(18, 2)) as mean_won_value,
        cast(by_period.win_rate as decimal(18, 6)) as win_rate,
        cast(by_period.cycle_days as decimal(18, 6)) as cycle_days,
        cast({{ round_half_up(
            divide("by_period.opportunities * by_period.mean_won_value * by_period.win_rate", "by_period.cycle_days"), 2
        ) }} as decimal(18, 2)) as velocity,

        ---------- flags
        periods.is_complete,

        ---------- dates
        by_period.period_start_date,
        periods.period_end_date
    from by_period
    inner join periods
        on
            by_period.period_type = periods.period_type
            and by_period.period_start_date = periods.period_start_date

)

select * from final
