-- each month closes with the deals that the history shows in the pipeline at its end, all and those due by then
with

ends as (

    select
        period_start_date,
        period_end_date,
        {{ local_midnight("least(period_end_date, cast('" ~ var("as_of") ~ "' as date) + 1)") }} as ends_at,
        least(period_end_date, cast('{{ var("as_of") }}' as date) + 1) - 1 as last_date
    from {{ ref("dim_period") }}
    where period_type = 'month' and period_start_date <= cast('{{ var("as_of") }}' as date)

),

starting_stage as (

    select * from {{ ref("int_stage_map_places") }}
    where stage = '{{ var("funnel_start_stage") }}'

),

held as (

    select
        ends.period_start_date,
        coalesce(history.owner_id, '(none)') as owner_id,
        {{ round_half_up("coalesce(history.last_amount, 0) * plan_rates.plan_rate", 2) }} as open_value,
        case when history.close_date < ends.period_end_date then 1 else 0 end as is_due
    from {{ ref("fct_opportunity_history") }} as history
    inner join starting_stage
        on
            {{ local_date("history.valid_from_at") }} >= starting_stage.valid_from_date
            and {{ local_date("history.valid_from_at") }} < starting_stage.valid_to_date
            and history.stage_order >= starting_stage.stage_order
    inner join ends
        on
            history.valid_from_at < ends.ends_at
            and coalesce(history.valid_to_at, {{ end_of_time() }}) >= ends.ends_at
    inner join {{ ref("int_fx_plan") }} as plan_rates
        on
            history.currency = plan_rates.currency
            and ends.last_date >= plan_rates.valid_from_date
            and ends.last_date < plan_rates.valid_to_date
    where history.stage_kind = 'open' and not history.is_deleted

),

expected as (

    select period_start_date, 'all_open' as scope, owner_id, sum(open_value) as open_value
    from held
    group by period_start_date, owner_id

    union all

    select period_start_date, 'closing_in_period' as scope, owner_id, sum(open_value) as open_value
    from held
    where is_due = 1
    group by period_start_date, owner_id

),

bridge as (

    select period_start_date, scope, coalesce(owner_id, '(none)') as owner_id, sum(closing) as closing
    from {{ ref("pipeline_bridge") }}
    where period_type = 'month'
    group by period_start_date, scope, coalesce(owner_id, '(none)')

)

select
    coalesce(bridge.period_start_date, expected.period_start_date) as period_start_date,
    coalesce(bridge.scope, expected.scope) as scope,
    coalesce(bridge.owner_id, expected.owner_id) as owner_id,
    bridge.closing,
    expected.open_value
from bridge
full outer join expected
    on
        bridge.period_start_date = expected.period_start_date
        and bridge.scope = expected.scope
        and bridge.owner_id = expected.owner_id
where coalesce(bridge.closing, 0) != coalesce(expected.open_value, 0)
