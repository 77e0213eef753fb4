-- every deal that came into the pipeline is created pipeline once, in the period in which the bridge has it as new
with

created as (

    select period_type, period_start_date, sum(created_count) as deals
    from {{ ref("pipeline_efficiency") }}
    group by period_type, period_start_date

),

bridge as (

    select period_type, period_start_date, count(*) as deals
    from {{ ref("int_bridge_movements") }}
    where scope = 'all_open' and way_in = 'new'
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
-- a deal that was won without ever being open is new in the bridge alone
where bridge.deals < coalesce(created.deals, 0)
