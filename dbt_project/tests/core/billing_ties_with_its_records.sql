-- by currency: every invoice, payment, subscription and cost stands in the marts once; what was received for invoices in their
-- own currency is what they say was paid; paid and open are the whole
with

sums as (

    {% for mart, records, value, day in [
        ("fct_invoices", "stg_crm__invoices", "amount", "invoice_date"),
        ("fct_payments", "stg_crm__payments", "amount", "payment_date"),
        ("fct_subscriptions", "stg_crm__subscriptions", "monthly_value", "start_date"),
        ("fct_campaign_costs", "stg_crm__campaign_costs", "amount", "cost_date"),
    ] -%}
        select '{{ mart }}' as what, currency, {{ value }} as in_mart, cast(null as decimal(18, 2)) as in_records
        from {{ ref(mart) }}
        union all
        select '{{ mart }}' as what, currency, null as in_mart, {{ value }} as in_records
        from {{ ref(records) }}
        where not is_vanished and {{ day }} <= date '{{ var("as_of") }}'
        union all
    {% endfor -%}
    select 'paid' as what, currency, paid_amount as in_mart, null as in_records
    from {{ ref("fct_invoices") }}
    where not is_paid_by_status_alone
    union all
    select 'paid' as what, invoices.currency, null as in_mart, paid.paid_amount as in_records
    from {{ ref("int_invoice_payments") }} as paid
    inner join {{ ref("fct_invoices") }} as invoices
        on paid.invoice_id = invoices.invoice_id
    union all
    select 'received' as what, invoices.currency, paid.paid_amount as in_mart, null as in_records
    from {{ ref("int_invoice_payments") }} as paid
    inner join {{ ref("stg_crm__invoices") }} as invoices
        on paid.invoice_id = invoices.invoice_id
    where invoices.currency = '{{ var("company_currency") }}'
    union all
    select 'received' as what, '{{ var("company_currency") }}' as currency, null as in_mart, payments.amount_dated as in_records
    from {{ ref("fct_payments") }} as payments
    inner join {{ ref("stg_crm__invoices") }} as invoices
        on payments.invoice_id = invoices.invoice_id
    where payments.is_received and invoices.currency = '{{ var("company_currency") }}'
    union all
    select 'open' as what, currency, paid_amount + open_amount as in_mart, gross_amount as in_records
    from {{ ref("fct_invoices") }}
    where is_issued

)

select
    what,
    currency,
    sum(coalesce(in_mart, 0)) as in_mart,
    sum(coalesce(in_records, 0)) as in_records
from sums
group by what, currency
having sum(coalesce(in_mart, 0)) <> sum(coalesce(in_records, 0))
