-- what was paid of each invoice by the end of each day on which money moved, in the invoice's currency
with

invoices as (

    select
        *,
        amount + coalesce(tax_amount, 0) as gross_amount
    from {{ ref("stg_crm__invoices") }}

),

payments as (

    select * from {{ ref("fct_payments") }}
    where is_received and invoice_id is not null

),

rates as (

    select * from {{ ref("int_fx_dated") }}

),

paid as (

    select
        payments.invoice_id,
        payments.payment_date,
        invoices.gross_amount,
        sum(
            case
                when payments.currency = invoices.currency then payments.amount
                else cast({{ round_half_up("payments.amount * theirs.dated_rate / ours.dated_rate", 2) }} as decimal(18, 2))
            end
        ) as paid_amount
    from payments
    inner join invoices
        on payments.invoice_id = invoices.invoice_id
    left join rates as theirs
        on
            payments.currency = theirs.currency
            and payments.payment_date >= theirs.valid_from_date
            and payments.payment_date < theirs.valid_to_date
    left join rates as ours
        on
            invoices.currency = ours.currency
            and payments.payment_date >= ours.valid_from_date
            and payments.payment_date < ours.valid_to_date
    group by payments.invoice_id, payments.payment_date, invoices.gross_amount

),

running as (

    select
        invoice_id,
        payment_date,
        gross_amount,
        paid_amount,
        sum(paid_amount) over (
            partition by invoice_id order by payment_date
            rows between unbounded preceding and current row
        ) as paid_so_far
    from paid

)

select
    invoice_id,
    payment_date,
    cast(paid_amount as decimal(18, 2)) as paid_amount,
    cast(paid_so_far as decimal(18, 2)) as paid_so_far,
    -- a credit note is settled by paying back
    case when gross_amount < 0 then paid_so_far <= gross_amount else paid_so_far >= gross_amount end as is_settled
from running
