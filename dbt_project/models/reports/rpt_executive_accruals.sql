-- what each payee earned in the open commission period up to the end of the week
with

week as (

    select * from {{ ref("rpt_periods") }}
    where period_type = 'week'

)

select
    ---------- ids
    earnings.payee_id,

    ---------- text
    earnings.currency,
    periods.period_label,

    ---------- numbers
    cast(sum(earnings.earned_amount) as decimal(18, 2)) as accrued_amount
from {{ ref("compensation_earnings") }} as earnings
inner join {{ ref("dim_period") }} as periods
    on
        earnings.period_type = periods.period_type
        and earnings.period_start_date = periods.period_start_date
inner join week
    on
        week.last_date >= periods.period_start_date
        and week.last_date < periods.period_end_date
        and earnings.credit_date < week.period_end_date
group by earnings.payee_id, earnings.currency, periods.period_label
