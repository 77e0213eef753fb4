-- what is created pipeline came in in the bridge of that period: as new, or reopened where it was closed before it got so far
with

created as (

    select period_type, period_start_date, sum(created_count) as deals
    from {{ ref("pipeline_efficiency") }}
    group by period_type, period_start_date

),

bridge as (

    select period_type, period_start_date, count(*) as deals
    from {{ ref("int_bridge_movements") }}
    where scope = 'all_open' and way_in in ('new', 'reopened')
    group by period_type, period_start_date

)

select
    bridge.period_type,
    bridge.period_start_date,
    bridge.deals,
    created.deals as created_deals
from bridge
left join created
    on
        bridge.period_type = created.period_type
        and bridge.period_start_date = created.period_start_date
-- the bridge has others too: deals that came back, and wins of deals that were never open
where bridge.deals < coalesce(created.deals, 0)
