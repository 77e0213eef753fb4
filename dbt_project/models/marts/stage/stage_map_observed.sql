{{ config(tags=["impact_tier_2"]) }}
{% set starts = period_starts() %}

with

events as (

    select * from {{ ref("int_stage_map_events") }}

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

dated as (

    select
        events.*,
        days.week_start_date,
        days.fiscal_month_start_date,
        days.fiscal_quarter_start_date,
        days.fiscal_year_start_date,
        case when events.event = 'in' and outcomes.is_won then events.journey_id end as won_journey_id,
        case when events.event = 'in' and outcomes.is_lost then events.journey_id end as lost_journey_id
    from events
    inner join days
        on events.event_date = days.date_day
    left join outcomes
        on events.journey_id = outcomes.journey_id

),

totals as (

    {% for period_type, column in starts.items() -%}
        select
            '{{ period_type }}' as period_type,
            {{ column }} as period_start_date,
            subject_type,
            stage,
            map_valid_from_date,
            sum(case when event = 'in' then 1 else 0 end) as visits_in,
            sum(case when event = 'out' then 1 else 0 end) as visits_out,
            count(distinct case when event = 'in' then subject_id end) as deals_in,
            count(distinct case when event = 'out' then subject_id end) as deals_out,
            sum(case when exit_kind = 'lost' then 1 else 0 end) as exits_to_lost,
            sum(case when exit_kind = 'disqualified' then 1 else 0 end) as exits_to_disqualified,
            count(distinct won_journey_id) as later_won_deals,
            count(distinct lost_journey_id) as later_lost_deals,
            sum(case when event = 'skipped' then 1 else 0 end) as skips,
            sum(case when is_skipped_before then 1 else 0 end) as entries_after_skip,
            sum(case when is_regression then 1 else 0 end) as regressions,
            sum(due_items) as due_checklist_items,
            sum(done_items) as done_checklist_items,
            percentile_cont(0.5) within group (order by days) as median_days,
            percentile_cont(0.9) within group (order by days) as p90_days
        from dated
        group by {{ column }}, subject_type, stage, map_valid_from_date
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

final as (

    select
        ---------- text
        totals.period_type,
        totals.subject_type,
        totals.stage,

        ---------- numbers
        {% for measure in [
            "visits_in", "visits_out", "deals_in", "deals_out", "exits_to_lost", "exits_to_disqualified",
            "later_won_deals", "later_lost_deals", "skips", "entries_after_skip", "regressions",
            "due_checklist_items", "done_checklist_items",
        ] -%}
            cast(totals.{{ measure }} as bigint) as {{ measure }},
        {% endfor -%}
        cast(
            {{ divide("totals.later_won_deals", "totals.later_won_deals + totals.later_lost_deals") }} as decimal(18, 6)
        ) as win_rate,
        cast({{ divide("totals.done_checklist_items", "totals.due_checklist_items") }} as decimal(18, 6)) as checklist_completion,
        cast(totals.median_days as double) as median_days,
        cast(totals.p90_days as double) as p90_days,

        ---------- dates
        totals.map_valid_from_date,
        totals.period_start_date,
        periods.period_end_date
    from totals
    inner join periods
        on
            totals.period_type = periods.period_type
            and totals.period_start_date = periods.period_start_date

)

select * from final
