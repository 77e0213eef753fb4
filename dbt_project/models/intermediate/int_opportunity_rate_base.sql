-- the deals that win rates count, once each: on the closed basis at their latest close, on the created basis
-- at their creation whatever became of them
with

opportunities as (

    select * from {{ ref("fct_opportunities") }}
    where not is_deleted and not is_not_counted

),

reps as (

    select * from {{ ref("dim_rep") }}
    where is_current

),

closed_before as (

    select
        opportunities.*,
        coalesce(opportunities.closing_owner_id, opportunities.owner_id) as rated_owner_id,
        case
            when opportunities.closing_owner_id is not null then opportunities.closing_team
            else opportunities.team
        end as rated_team
    from opportunities

),

rated as (

    select
        coalesce(closed_before.rated_owner_id, '(none)') as owner,
        coalesce(closed_before.rated_team, '(none)') as team,
        coalesce(closed_before.pipeline, '(none)') as pipeline,
        coalesce(closed_before.opportunity_type, '(none)') as opportunity_type,
        coalesce(reps.region, '(none)') as region,
        coalesce(closed_before.lead_source, '(none)') as source,
        case when closed_before.is_won then 1 else 0 end as won_count,
        case when closed_before.is_lost then 1 else 0 end as lost_count,
        case when closed_before.is_disqualified then 1 else 0 end as disqualified_count,
        case when closed_before.is_open then 1 else 0 end as open_count,
        case when closed_before.is_won then coalesce(closed_before.amount_plan, 0) else 0 end as won_value,
        case when closed_before.is_lost then coalesce(closed_before.lost_amount_plan, 0) else 0 end as lost_value,
        case when closed_before.is_won then closed_before.noes_before_yes else 0 end as noes_before_yes,
        closed_before.booked_date,
        closed_before.created_date
    from closed_before
    left join reps
        on closed_before.rated_owner_id = reps.rep_id
    where
        closed_before.is_won
        or closed_before.is_lost
        or closed_before.is_disqualified
        or closed_before.is_open

),

based as (

    select
        'closed' as basis,
        booked_date as rate_date,
        *
    from rated
    where booked_date is not null and open_count = 0

    union all

    select
        'created' as basis,
        created_date as rate_date,
        *
    from rated
    where created_date is not null

)

-- summed by day, as most deals of a day share nothing but a few combinations
select
    basis,
    owner,
    team,
    pipeline,
    opportunity_type,
    region,
    source,
    cast(sum(won_count) as bigint) as won_count,
    cast(sum(lost_count) as bigint) as lost_count,
    cast(sum(disqualified_count) as bigint) as disqualified_count,
    cast(sum(open_count) as bigint) as open_count,
    cast(sum(won_value) as decimal(38, 2)) as won_value,
    cast(sum(lost_value) as decimal(38, 2)) as lost_value,
    cast(sum(noes_before_yes) as bigint) as noes_before_yes,
    rate_date
from based
group by basis, owner, team, pipeline, opportunity_type, region, source, rate_date
