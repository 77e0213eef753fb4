-- the reps furthest in reaching the quarter's quota and those furthest from it, five of each at most
with

week as (

    select * from {{ ref("rpt_periods") }}
    where period_type = 'week'

),

bookings as (

    select
        events.owner_id,
        sum(events.booked_amount_plan) as bookings_quarter
    from {{ ref("fct_close_events") }} as events
    inner join week
        on
            events.booked_date >= week.quarter_start_date
            and events.booked_date < week.period_end_date
    group by events.owner_id

),

-- who is paid in two currencies shows the larger sum; the total counts both
accruals as (

    select
        *,
        row_number() over (partition by payee_id order by accrued_amount desc, currency asc) as place
    from {{ ref("rpt_executive_accruals") }}

),

measured as (

    select
        reps.rep_id,
        reps.rep_name,
        reps.team,
        coalesce(bookings.bookings_quarter, 0) as bookings_quarter,
        quotas.quota_amount,
        {{ divide("coalesce(bookings.bookings_quarter, 0)", "quotas.quota_amount") }} as attainment,
        accruals.accrued_amount,
        accruals.currency
    from {{ ref("rpt_executive_quotas") }} as quotas
    inner join {{ ref("dim_rep") }} as reps
        on quotas.rep_id = reps.rep_id and reps.is_current
    left join bookings
        on quotas.rep_id = bookings.owner_id
    left join accruals
        on quotas.rep_id = accruals.payee_id and accruals.place = 1
    where quotas.span = 'quarter' and quotas.quota_amount > 0 and reps.is_active

),

ranked as (

    select
        *,
        row_number() over (order by attainment desc, quota_amount desc, rep_id asc) as from_top,
        row_number() over (order by attainment asc, quota_amount asc, rep_id desc) as from_bottom,
        count(*) over () as reps
    from measured

)

select
    ---------- ids
    rep_id,

    ---------- text
    case when from_top <= 5 and from_top * 2 <= reps + 1 then 'top' else 'bottom' end as side,
    rep_name,
    team,
    currency as commission_currency,

    ---------- numbers
    cast(case
        when from_top <= 5 and from_top * 2 <= reps + 1 then from_top
        else 100 + from_bottom
    end as integer) as sort_order,
    cast(bookings_quarter as decimal(18, 2)) as bookings_quarter,
    quota_amount as quota_quarter,
    cast(attainment as decimal(18, 6)) as attainment,
    accrued_amount as commission_amount
from ranked
where
    (from_top <= 5 and from_top * 2 <= reps + 1)
    or (from_bottom <= 5 and from_bottom * 2 <= reps)
