with

invoices as (

    select
        *,
        lower(status) as own_status,
        amount + coalesce(tax_amount, 0) as gross_amount
    from {{ ref("stg_crm__invoices") }}
    where not is_vanished and invoice_date <= date '{{ var("as_of") }}'

),

payment_days as (

    select
        *,
        max(case when not is_settled then payment_date end) over (partition by invoice_id) as last_short_date
    from {{ ref("int_invoice_payments") }}

),

-- paid on the day from which on nothing was missing any more
payments as (

    select
        invoice_id,
        sum(paid_amount) as paid_amount,
        min(
            case when is_settled and (last_short_date is null or payment_date > last_short_date) then payment_date end
        ) as paid_date
    from payment_days
    group by invoice_id

),

contracts as (

    select * from {{ ref("stg_crm__contracts") }}

),

subscriptions as (

    select * from {{ ref("stg_crm__subscriptions") }}

),

plan_rates as (

    select * from {{ ref("int_fx_plan") }}

),

dated_rates as (

    select * from {{ ref("int_fx_dated") }}

),

settled as (

    select
        invoices.*,
        coalesce(invoices.opportunity_id, contracts.opportunity_id, subscriptions.opportunity_id) as of_opportunity_id,
        coalesce(invoices.own_status not in ('draft', 'void'), true) as is_issued,
        coalesce(invoices.own_status = 'paid', false) and payments.invoice_id is null and invoices.gross_amount <> 0
            as is_paid_by_status_alone,
        payments.paid_amount as received_amount,
        case when invoices.gross_amount = 0 and payments.invoice_id is null then invoices.invoice_date else payments.paid_date end
            as paid_date,
        plan_rates.plan_rate,
        dated_rates.dated_rate
    from invoices
    left join payments
        on invoices.invoice_id = payments.invoice_id
    left join contracts
        on invoices.contract_id = contracts.contract_id
    left join subscriptions
        on invoices.subscription_id = subscriptions.subscription_id
    left join plan_rates
        on
            invoices.currency = plan_rates.currency
            and invoices.invoice_date >= plan_rates.valid_from_date
            and invoices.invoice_date < plan_rates.valid_to_date
    left join dated_rates
        on
            invoices.currency = dated_rates.currency
            and invoices.invoice_date >= dated_rates.valid_from_date
            and invoices.invoice_date < dated_rates.valid_to_date

),

valued as (

    select
        *,
        case when is_paid_by_status_alone then gross_amount else coalesce(received_amount, 0) end as paid_amount,
        {{ round_half_up("gross_amount * plan_rate", 2) }} as gross_plan,
        {{ round_half_up(
            "case when is_paid_by_status_alone then gross_amount else coalesce(received_amount, 0) end * plan_rate", 2
        ) }} as paid_plan
    from settled

),

measured as (

    select
        *,
        case when is_issued then gross_amount - paid_amount else 0 end as open_amount,
        case when is_issued then gross_plan - paid_plan else 0 end as open_plan
    from valued

)

select
    ---------- ids
    invoice_id,
    account_id,
    of_opportunity_id as opportunity_id,
    contract_id,
    subscription_id,

    ---------- text
    source,
    invoice_number,
    own_status as status,
    currency,

    ---------- numbers
    amount,
    cast(coalesce(tax_amount, 0) as decimal(18, 2)) as tax_amount,
    cast(gross_amount as decimal(18, 2)) as gross_amount,
    cast(paid_amount as decimal(18, 2)) as paid_amount,
    cast(open_amount as decimal(18, 2)) as open_amount,
    cast({{ round_half_up("amount * plan_rate", 2) }} as decimal(18, 2)) as amount_plan,
    cast({{ round_half_up("amount * dated_rate", 2) }} as decimal(18, 2)) as amount_dated,
    cast(gross_plan as decimal(18, 2)) as gross_amount_plan,
    cast(paid_plan as decimal(18, 2)) as paid_amount_plan,
    cast(open_plan as decimal(18, 2)) as open_amount_plan,
    cast(
        case when is_issued and paid_date is not null then greatest({{ calendar_days("invoice_date", "paid_date") }}, 0) end
        as integer
    ) as days_to_pay,
    cast(
        case
            when is_issued and not is_paid_by_status_alone and gross_amount >= 0 and due_date is not null
                then greatest({{ calendar_days("due_date", "coalesce(paid_date, date '" ~ var("as_of") ~ "')") }}, 0)
        end as integer
    ) as days_late,

    ---------- flags
    is_issued,
    gross_amount < 0 as is_credit_note,
    is_issued and (is_paid_by_status_alone or paid_date is not null) as is_paid,
    is_paid_by_status_alone,
    coalesce(
        is_issued and not is_paid_by_status_alone and paid_date is null and gross_amount > 0
        and due_date < date '{{ var("as_of") }}', false
    ) as is_overdue,

    ---------- dates
    invoice_date,
    due_date,
    service_start_date,
    service_end_date,
    paid_date
from measured
