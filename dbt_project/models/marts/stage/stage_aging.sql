{{ config(tags=["impact_tier_2"]) }}

with

opportunities as (

    select * from {{ ref("fct_opportunities") }}

),

visits as (

    select * from {{ ref("stage_visits") }}
    where subject_type = 'opportunity'

),

won_visits as (

    select
        visits.stage,
        count(visits.days) as won_visits,
        percentile_cont(0.75) within group (order by visits.days) as won_p75_days
    from visits
    inner join opportunities
        on visits.opportunity_id = opportunities.opportunity_id
    where opportunities.is_won and not visits.is_open_visit
    group by visits.stage

),

pushes as (

    select * from {{ ref("int_opportunity_close_date_pushes") }}

),

final as (

    select
        ---------- ids
        opportunities.opportunity_id,
        opportunities.account_id,
        opportunities.owner_id,

        ---------- text
        opportunities.team,
        opportunities.pipeline,
        opportunities.opportunity_type,
        visits.stage,
        opportunities.next_step,

        ---------- numbers
        opportunities.amount_plan,
        visits.days as days_in_stage,
        cast(won_visits.won_p75_days as double) as won_p75_days,
        cast(coalesce(won_visits.won_visits, 0) as integer) as won_visits,
        visits.time_limit_days,
        cast(coalesce(pushes.pushes, 0) as integer) as close_date_pushes,
        cast(coalesce(pushes.days_pushed, 0) as integer) as days_pushed,

        ---------- flags
        visits.days > won_visits.won_p75_days as is_stuck,
        visits.is_over_limit,
        opportunities.is_stale,
        opportunities.next_step is not null as has_next_step,

        ---------- dates
        visits.entered_date,
        opportunities.close_date,
        {{ local_date("pushes.last_pushed_at") }} as last_pushed_date,

        ---------- times
        opportunities.last_activity_at
    from opportunities
    inner join visits
        on
            opportunities.opportunity_id = visits.opportunity_id
            and visits.is_open_visit
    left join won_visits
        on visits.stage = won_visits.stage
    left join pushes
        on opportunities.opportunity_id = pushes.opportunity_id
    where opportunities.is_open

)

select * from final
