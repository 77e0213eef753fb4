-- what each payee was credited and earned in each period; an event is credited once, however many components pay on it
with

lines as (

    select * from {{ ref("compensation_earnings") }}

),

numbered as (

    select
        *,
        row_number() over (
            partition by payee_id, currency, close_event_id, measure, role order by plan, component
        ) as claim
    from lines

)

select
    payee_id,
    currency,
    period_type,
    period_start_date,
    count(*) as line_count,
    sum(case when claim = 1 then credited_amount else 0 end) as credited_amount,
    sum(earned_amount) as earned_amount
from numbered
group by payee_id, currency, period_type, period_start_date
