-- with all open deals in scope a period opens with what the one before closed with, owner by owner
with

rows_of_all as (

    select
        bridge.owner_id,
        bridge.team,
        bridge.pipeline,
        bridge.opportunity_type,
        bridge.period_type,
        bridge.opening,
        bridge.closing,
        bridge.period_start_date,
        periods.period_end_date
    from {{ ref("pipeline_bridge") }} as bridge
    inner join {{ ref("dim_period") }} as periods
        on
            bridge.period_type = periods.period_type
            and bridge.period_start_date = periods.period_start_date
    where bridge.scope = 'all_open'

),

boundaries as (

    select
        owner_id,
        team,
        pipeline,
        opportunity_type,
        period_type,
        period_start_date as boundary_date,
        opening,
        0 as closing
    from rows_of_all

    union all

    select
        owner_id,
        team,
        pipeline,
        opportunity_type,
        period_type,
        period_end_date as boundary_date,
        0 as opening,
        closing
    from rows_of_all
    where period_end_date <= cast('{{ var("as_of") }}' as date)

)

select
    owner_id,
    team,
    pipeline,
    opportunity_type,
    period_type,
    boundary_date,
    sum(opening) as opening,
    sum(closing) as closing
from boundaries
group by owner_id, team, pipeline, opportunity_type, period_type, boundary_date
having sum(opening) != sum(closing)
