-- commissions accrued in the open period, by currency of the plans
select
    ---------- text
    currency,
    period_label,

    ---------- numbers
    cast(row_number() over (order by sum(accrued_amount) desc, currency asc, period_label asc) as integer) as sort_order,
    cast(count(*) as integer) as payee_count,
    cast(sum(accrued_amount) as decimal(18, 2)) as accrued_amount
from {{ ref("rpt_executive_accruals") }}
group by currency, period_label
