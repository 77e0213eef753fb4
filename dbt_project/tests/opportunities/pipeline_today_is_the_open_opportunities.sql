-- the pipeline at the end of as_of equals the opportunities that are in it, owner by owner
with

pipeline as (

    select
        coalesce(owner_id, '(none)') as owner_id,
        sum(open_count) as open_count,
        sum(open_value) as open_value
    from {{ ref("pipeline_daily") }}
    where date_day = cast('{{ var("as_of") }}' as date)
    group by coalesce(owner_id, '(none)')

),

opportunities as (

    select
        coalesce(owner_id, '(none)') as owner_id,
        count(*) as open_count,
        coalesce(sum(amount_plan), 0) as open_value
    from {{ ref("fct_opportunities") }}
    where is_in_pipeline
    group by coalesce(owner_id, '(none)')

)

select
    coalesce(pipeline.owner_id, opportunities.owner_id) as owner_id,
    pipeline.open_count,
    opportunities.open_count as opportunities_open_count,
    pipeline.open_value,
    opportunities.open_value as opportunities_open_value
from pipeline
full outer join opportunities
    on pipeline.owner_id = opportunities.owner_id
where
    coalesce(pipeline.open_count, 0) != coalesce(opportunities.open_count, 0)
    or coalesce(pipeline.open_value, 0) != coalesce(opportunities.open_value, 0)
