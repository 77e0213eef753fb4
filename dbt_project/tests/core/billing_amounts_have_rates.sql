-- every amount converts; the remedy is a rate for the currency from that day on, or the year's plan rate
select
    what,
    currency,
    case when has_plan_rate then 'dated' else 'plan' end as kind,
    min(on_date) as first_missing_date,
    count(*) as records
from (
    {% for mart, value, plan, dated, day in [
        ("fct_invoices", "amount", "amount_plan", "amount_dated", "invoice_date"),
        ("fct_payments", "amount", "amount_plan", "amount_dated", "payment_date"),
        ("fct_subscriptions", "monthly_value", "monthly_value_plan", "monthly_value_dated", "start_date"),
        ("fct_campaign_costs", "amount", "amount_plan", "amount_dated", "cost_date"),
    ] -%}
        select
            '{{ mart }}' as what,
            currency,
            {{ plan }} is not null as has_plan_rate,
            {{ day }} as on_date
        from {{ ref(mart) }}
        where {{ value }} is not null and ({{ plan }} is null or {{ dated }} is null)
        {% if not loop.last %}union all
        {% endif -%}
    {% endfor %}
) as unconverted
group by what, currency, case when has_plan_rate then 'dated' else 'plan' end
