-- the working hours of every calendar in every zone in which somebody has it, a row an interval of a local day;
-- a day without hours has a row of no length, so that every instant finds its day
with

calendars_in_use as (

    select distinct
        calendar,
        time_zone
    from {{ ref("int_rep_calendars") }}
    where calendar is not null

),

first_lead as (

    select coalesce(min(created_date), cast('{{ var("as_of") }}' as date)) as first_date
    from {{ ref("stg_crm__leads") }}

),

-- from the day before the first lead, for zones east and west of the company's
days as (

    select
        days.date_day as local_date,
        mod({{ calendar_days("date '1990-01-01'", "days.date_day") }}, 7) + 1 as iso_weekday
    from {{ ref("dim_date") }} as days
    cross join first_lead
    where
        days.date_day >= {{ dbt.dateadd("day", -2, "first_lead.first_date") }}
        and days.date_day <= {{ dbt.dateadd("day", 2, "cast('" ~ var("as_of") ~ "' as date)") }}

),

hours as (

    select * from {{ ref("int_calendar_hours") }}

),

holidays as (

    select distinct
        calendar,
        holiday_date
    from {{ ref("stg_config__holidays") }}

),

intervals as (

    select
        calendars_in_use.calendar,
        calendars_in_use.time_zone,
        days.local_date,
        case when holidays.holiday_date is null then coalesce(hours.start_minute, 0) else 0 end as start_minute,
        case when holidays.holiday_date is null then coalesce(hours.end_minute, 0) else 0 end as end_minute
    from calendars_in_use
    cross join days
    left join holidays
        on calendars_in_use.calendar = holidays.calendar and days.local_date = holidays.holiday_date
    left join hours
        on
            calendars_in_use.calendar = hours.calendar
            and days.iso_weekday = hours.iso_weekday
            and days.local_date >= hours.valid_from_date
            and days.local_date < hours.valid_to_date

),

distinct_intervals as (

    select distinct * from intervals

),

instants as (

    select
        calendar,
        time_zone,
        local_date,
        start_minute,
        {{ zoned_instant(dbt.dateadd("minute", "start_minute", "cast(local_date as timestamp)"), "time_zone") }} as opens_at,
        {{ zoned_instant(dbt.dateadd("minute", "end_minute", "cast(local_date as timestamp)"), "time_zone") }} as closes_at
    from distinct_intervals

),

measured as (

    select
        calendar,
        time_zone,
        local_date,
        start_minute,
        opens_at,
        -- hours that the clock leaps over have no length
        greatest(closes_at, opens_at) as closes_at,
        {{ elapsed_microseconds("opens_at", "greatest(closes_at, opens_at)") }} as open_microseconds
    from instants

)

select
    calendar,
    time_zone,
    local_date,
    start_minute,
    opens_at,
    closes_at,
    cast(
        sum(open_microseconds) over (partition by calendar, time_zone order by local_date)
        - sum(open_microseconds) over (partition by calendar, time_zone, local_date) as bigint
    ) as open_before_microseconds
from measured
