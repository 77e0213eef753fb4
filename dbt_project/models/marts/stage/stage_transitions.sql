{{ config(tags=["impact_tier_2"]) }}
{% set starts = period_starts() %}

with

moves as (

    select * from {{ ref("int_stage_moves") }}
    where moved_date is not null

),

dimensions as (

    select * from {{ ref("int_stage_visit_dimensions") }}

),

outcomes as (

    select * from {{ ref("int_journey_outcomes") }}

),

days as (

    select * from {{ ref("dim_date") }}

),

periods as (

    select * from {{ ref("dim_period") }}

),

by_dimension as (

    select
        moves.*,
        dimensions.dimension,
        dimensions.member,
        days.week_start_date,
        days.fiscal_month_start_date,
        days.fiscal_quarter_start_date,
        days.fiscal_year_start_date,
        case when outcomes.is_won then moves.journey_id end as won_journey_id,
        case when outcomes.is_lost then moves.journey_id end as lost_journey_id
    from moves
    inner join dimensions
        on
            moves.subject_type = dimensions.subject_type
            and moves.subject_id = dimensions.subject_id
            and moves.visit_number = dimensions.visit_number
    inner join days
        on moves.moved_date = days.date_day
    left join outcomes
        on moves.journey_id = outcomes.journey_id

),

totals as (

    {% for period_type, column in starts.items() -%}
        select
            '{{ period_type }}' as period_type,
            {{ column }} as period_start_date,
            subject_type,
            from_stage,
            to_stage,
            dimension,
            member,
            count(*) as moves_made,
            count(distinct subject_id) as deals,
            sum(case when is_documented then 1 else 0 end) as documented_count,
            count(distinct won_journey_id) as later_won_deals,
            count(distinct lost_journey_id) as later_lost_deals,
            sum(amount_plan) as total_value,
            percentile_cont(0.5) within group (order by days) as median_days,
            percentile_cont(0.9) within group (order by days) as p90_days
        from by_dimension
        group by {{ column }}, subject_type, from_stage, to_stage, dimension, member
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

final as (

    select
        ---------- text
        totals.period_type,
        totals.subject_type,
        totals.from_stage,
        totals.to_stage,
        totals.dimension,
        totals.member,

        ---------- numbers
        cast(totals.moves_made as bigint) as count,
        cast(totals.deals as bigint) as deals,
        cast(totals.total_value as decimal(18, 2)) as value,
        cast(totals.documented_count as bigint) as documented_count,
        cast(totals.median_days as double) as median_days,
        cast(totals.p90_days as double) as p90_days,
        cast(totals.later_won_deals as bigint) as later_won_deals,
        cast(totals.later_lost_deals as bigint) as later_lost_deals,
        cast(
            {{ divide("totals.later_won_deals", "totals.later_won_deals + totals.later_lost_deals") }} as decimal(18, 6)
        ) as later_win_rate,

        ---------- flags
        totals.documented_count = totals.moves_made as is_documented,

        ---------- dates
        totals.period_start_date,
        periods.period_end_date
    from totals
    inner join periods
        on
            totals.period_type = periods.period_type
            and totals.period_start_date = periods.period_start_date

)

select * from final
