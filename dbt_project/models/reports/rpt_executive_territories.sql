-- accounts, open pipeline and the quarter's bookings by the account's territory on the last day of the week
with

week as (

    select * from {{ ref("rpt_periods") }}
    where period_type = 'week'

),

accounts as (

    select
        assignments.subject_id as account_id,
        assignments.territory
    from {{ ref("territory_assignments") }} as assignments
    inner join week
        on
            assignments.valid_from_date <= week.last_date
            and assignments.valid_to_date > week.last_date
    inner join {{ ref("dim_account") }} as known
        on assignments.subject_id = known.account_id
    where
        assignments.subject_type = 'account'
        and assignments.territory_type = 'geo'
        and not known.is_deleted
        and known.merged_into_id is null

),

pipeline as (

    select
        account_id,
        sum(open_value) as open_value
    from {{ ref("rpt_executive_open_deals") }}
    group by account_id

),

bookings as (

    select
        events.account_id,
        sum(events.booked_amount_plan) as bookings_quarter
    from {{ ref("fct_close_events") }} as events
    inner join week
        on
            events.booked_date >= week.quarter_start_date
            and events.booked_date < week.period_end_date
    group by events.account_id

),

totals as (

    select
        accounts.territory,
        count(*) as account_count,
        coalesce(sum(pipeline.open_value), 0) as open_value,
        coalesce(sum(bookings.bookings_quarter), 0) as bookings_quarter
    from accounts
    left join pipeline
        on accounts.account_id = pipeline.account_id
    left join bookings
        on accounts.account_id = bookings.account_id
    group by accounts.territory

),

ranked as (

    select
        *,
        row_number() over (
            order by
                case when territory is null then 1 else 0 end asc, bookings_quarter desc, open_value desc, territory asc
        ) as place
    from totals

),

-- a page holds so many; the rest is one row
grouped as (

    select
        case when territory is null then 'none' when place <= 15 then 'territory' else 'rest' end as kind,
        case when place <= 15 then territory end as territory,
        min(place) as place,
        sum(account_count) as account_count,
        sum(open_value) as open_value,
        sum(bookings_quarter) as bookings_quarter
    from ranked
    group by
        case when territory is null then 'none' when place <= 15 then 'territory' else 'rest' end,
        case when place <= 15 then territory end

)

select
    ---------- text
    kind,
    territory,

    ---------- numbers
    cast(row_number() over (order by place) as integer) as sort_order,
    cast(account_count as integer) as account_count,
    cast(open_value as decimal(18, 2)) as open_value,
    cast(bookings_quarter as decimal(18, 2)) as bookings_quarter
from grouped
