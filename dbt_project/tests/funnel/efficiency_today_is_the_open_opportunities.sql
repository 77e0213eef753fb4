-- open and stale deals of the running week are those of the opportunities, owner by owner
with

efficiency as (

    select
        coalesce(owner_id, '(none)') as owner_id,
        open_count,
        stale_count
    from {{ ref("pipeline_efficiency") }}
    where
        period_type = 'week'
        and measured_date = cast('{{ var("as_of") }}' as date)
        and period_start_date <= cast('{{ var("as_of") }}' as date)
        and open_count > 0

),

opportunities as (

    select
        coalesce(owner_id, '(none)') as owner_id,
        count(*) as open_count,
        sum(case when is_stale then 1 else 0 end) as stale_count
    from {{ ref("fct_opportunities") }}
    where is_in_pipeline
    group by coalesce(owner_id, '(none)')

)

select
    coalesce(efficiency.owner_id, opportunities.owner_id) as owner_id,
    efficiency.open_count,
    opportunities.open_count as opportunities_open_count,
    efficiency.stale_count,
    opportunities.stale_count as opportunities_stale_count
from efficiency
full outer join opportunities
    on efficiency.owner_id = opportunities.owner_id
where
    coalesce(efficiency.open_count, 0) != coalesce(opportunities.open_count, 0)
    or coalesce(efficiency.stale_count, 0) != coalesce(opportunities.stale_count, 0)
