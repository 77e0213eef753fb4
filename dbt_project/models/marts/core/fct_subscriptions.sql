with

subscriptions as (

    select * from {{ ref("stg_crm__subscriptions") }}
    where not is_vanished and start_date <= date '{{ var("as_of") }}'

),

contracts as (

    select * from {{ ref("stg_crm__contracts") }}

),

plan_rates as (

    select * from {{ ref("int_fx_plan") }}

),

dated_rates as (

    select * from {{ ref("int_fx_dated") }}

),

-- what is cancelled later than as_of still runs
ended as (

    select
        subscriptions.*,
        contracts.opportunity_id as contract_opportunity_id,
        case when subscriptions.cancelled_at < {{ as_of_end() }} then subscriptions.cancelled_at end as cancelled_by_then_at,
        coalesce(
            subscriptions.end_date,
            case
                when subscriptions.cancelled_at < {{ as_of_end() }}
                    then greatest(subscriptions.cancelled_date, subscriptions.start_date)
            end
        ) as last_date
    from subscriptions
    left join contracts
        on subscriptions.contract_id = contracts.contract_id

)

select
    ---------- ids
    ended.subscription_id,
    ended.account_id,
    coalesce(ended.opportunity_id, ended.contract_opportunity_id) as opportunity_id,
    ended.contract_id,
    ended.product_id,

    ---------- text
    ended.source,
    lower(ended.status) as status,
    ended.currency,
    ended.cancel_reason,

    ---------- numbers
    ended.quantity,
    ended.monthly_value,
    cast({{ round_half_up("ended.monthly_value * plan_rates.plan_rate", 2) }} as decimal(18, 2)) as monthly_value_plan,
    cast({{ round_half_up("ended.monthly_value * dated_rates.dated_rate", 2) }} as decimal(18, 2)) as monthly_value_dated,
    cast({{ round_half_up("ended.monthly_value * 12 * plan_rates.plan_rate", 2) }} as decimal(18, 2)) as annual_value_plan,

    ---------- flags
    coalesce(lower(ended.status) = 'trial', false) as is_trial,
    coalesce(lower(ended.status) <> 'trial', true)
    and coalesce(ended.last_date > date '{{ var("as_of") }}', true) as is_active,

    ---------- dates
    ended.start_date,
    ended.last_date as end_date,

    ---------- times
    ended.cancelled_by_then_at as cancelled_at
from ended
left join plan_rates
    on
        ended.currency = plan_rates.currency
        and ended.start_date >= plan_rates.valid_from_date
        and ended.start_date < plan_rates.valid_to_date
left join dated_rates
    on
        ended.currency = dated_rates.currency
        and ended.start_date >= dated_rates.valid_from_date
        and ended.start_date < dated_rates.valid_to_date
