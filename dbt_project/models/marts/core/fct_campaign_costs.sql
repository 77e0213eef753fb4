with

costs as (

    select * from {{ ref("stg_crm__campaign_costs") }}
    where not is_vanished and cost_date <= date '{{ var("as_of") }}'

),

plan_rates as (

    select * from {{ ref("int_fx_plan") }}

),

dated_rates as (

    select * from {{ ref("int_fx_dated") }}

)

select
    ---------- ids
    costs.campaign_cost_id,
    costs.campaign_id,

    ---------- text
    costs.source,
    costs.channel,
    costs.cost_type,
    costs.currency,

    ---------- numbers
    costs.amount,
    cast({{ round_half_up("costs.amount * plan_rates.plan_rate", 2) }} as decimal(18, 2)) as amount_plan,
    cast({{ round_half_up("costs.amount * dated_rates.dated_rate", 2) }} as decimal(18, 2)) as amount_dated,

    ---------- dates
    costs.cost_date
from costs
left join plan_rates
    on
        costs.currency = plan_rates.currency
        and costs.cost_date >= plan_rates.valid_from_date
        and costs.cost_date < plan_rates.valid_to_date
left join dated_rates
    on
        costs.currency = dated_rates.currency
        and costs.cost_date >= dated_rates.valid_from_date
        and costs.cost_date < dated_rates.valid_to_date
