-- what one unit of each currency is worth on each day, at the plan rate and at that day's
with

calendar as (

    select date_day from {{ ref("dim_date") }}

),

plan_rates as (

    select * from {{ ref("int_fx_plan") }}

),

dated_rates as (

    select * from {{ ref("int_fx_dated") }}

),

currencies as (

    select currency from plan_rates
    union distinct
    select currency from dated_rates

)

select
    currencies.currency,
    calendar.date_day,
    plan_rates.plan_rate,
    dated_rates.dated_rate
from currencies
cross join calendar
left join plan_rates
    on
        currencies.currency = plan_rates.currency
        and calendar.date_day >= plan_rates.valid_from_date
        and calendar.date_day < plan_rates.valid_to_date
left join dated_rates
    on
        currencies.currency = dated_rates.currency
        and calendar.date_day >= dated_rates.valid_from_date
        and calendar.date_day < dated_rates.valid_to_date
