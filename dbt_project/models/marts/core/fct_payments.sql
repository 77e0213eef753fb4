with

payments as (

    select * from {{ ref("stg_crm__payments") }}
    where not is_vanished and payment_date <= date '{{ var("as_of") }}'

),

invoices as (

    select * from {{ ref("stg_crm__invoices") }}

),

plan_rates as (

    select * from {{ ref("int_fx_plan") }}

),

dated_rates as (

    select * from {{ ref("int_fx_dated") }}

)

select
    ---------- ids
    payments.payment_id,
    payments.invoice_id,
    coalesce(payments.account_id, invoices.account_id) as account_id,
    coalesce(payments.opportunity_id, invoices.opportunity_id) as opportunity_id,

    ---------- text
    payments.source,
    lower(payments.status) as status,
    payments.method,
    payments.currency,

    ---------- numbers
    payments.amount,
    cast({{ round_half_up("payments.amount * plan_rates.plan_rate", 2) }} as decimal(18, 2)) as amount_plan,
    cast({{ round_half_up("payments.amount * dated_rates.dated_rate", 2) }} as decimal(18, 2)) as amount_dated,

    ---------- flags
    coalesce(lower(payments.status) not in ('pending', 'failed'), true) as is_received,

    ---------- dates
    payments.payment_date
from payments
left join invoices
    on payments.invoice_id = invoices.invoice_id
left join plan_rates
    on
        payments.currency = plan_rates.currency
        and payments.payment_date >= plan_rates.valid_from_date
        and payments.payment_date < plan_rates.valid_to_date
left join dated_rates
    on
        payments.currency = dated_rates.currency
        and payments.payment_date >= dated_rates.valid_from_date
        and payments.payment_date < dated_rates.valid_to_date
