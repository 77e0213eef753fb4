-- which calendar and time zone each rep has, when: the user's own, otherwise those of the most precise assignment
with

reps as (

    select * from {{ ref("int_rep_own_calendars") }}

),

assignments as (

    select
        coalesce(user_id, '') as user_id,
        coalesce(team, '') as team,
        coalesce(region, '') as region,
        calendar,
        time_zone,
        valid_from_date,
        valid_to_date,
        recorded_at
    from {{ ref("stg_config__calendar_assignments") }}

),

effective as (

    {{ effective_rows("assignments", ["user_id", "team", "region"], ["calendar", "time_zone"]) }}
),

calendars as (

    select distinct calendar as known_calendar from {{ ref("stg_config__working_calendars") }}

),

bounded as (

    select
        effective.user_id,
        effective.team,
        effective.region,
        calendars.known_calendar as calendar,
        effective.time_zone,
        case
            when effective.valid_from_date = date '1900-01-01' then {{ beginning_of_time() }}
            else {{ local_midnight("effective.valid_from_date") }}
        end as starts_at,
        case
            when effective.valid_to_date = date '9999-12-31' then {{ end_of_time() }}
            else {{ local_midnight("effective.valid_to_date") }}
        end as ends_at
    from effective
    left join calendars
        on effective.calendar = calendars.known_calendar

),

matches as (

    select
        reps.rep_id,
        reps.valid_from_at as version_from_at,
        bounded.calendar,
        bounded.time_zone,
        case when bounded.user_id <> '' then 4 else 0 end
        + case when bounded.team <> '' then 2 else 0 end
        + case when bounded.region <> '' then 1 else 0 end as precision_rank,
        greatest(bounded.starts_at, reps.valid_from_at) as starts_at,
        least(bounded.ends_at, reps.valid_to_at) as ends_at
    from reps
    inner join bounded
        on
            (bounded.user_id = '' or reps.rep_id = bounded.user_id)
            and (bounded.team = '' or reps.team = bounded.team)
            and (bounded.region = '' or reps.region = bounded.region)
            and reps.valid_to_at > bounded.starts_at
            and reps.valid_from_at < bounded.ends_at

),

boundaries as (

    select
        rep_id,
        valid_from_at as version_from_at,
        valid_from_at as starts_at,
        valid_to_at as version_to_at
    from reps

    union distinct

    select
        matches.rep_id,
        matches.version_from_at,
        matches.starts_at,
        reps.valid_to_at as version_to_at
    from matches
    inner join reps
        on matches.rep_id = reps.rep_id and matches.version_from_at = reps.valid_from_at

    union distinct

    select
        matches.rep_id,
        matches.version_from_at,
        matches.ends_at as starts_at,
        reps.valid_to_at as version_to_at
    from matches
    inner join reps
        on matches.rep_id = reps.rep_id and matches.version_from_at = reps.valid_from_at
    where matches.ends_at < reps.valid_to_at

),

pieces as (

    select
        *,
        coalesce(
            lead(starts_at) over (partition by rep_id, version_from_at order by starts_at), version_to_at
        ) as ends_at
    from boundaries

),

ranked as (

    select
        pieces.rep_id,
        pieces.starts_at,
        matches.calendar,
        matches.time_zone,
        row_number() over (
            partition by pieces.rep_id, pieces.starts_at
            order by case when matches.calendar is null then 1 else 0 end, matches.precision_rank desc
        ) as calendar_choice,
        row_number() over (
            partition by pieces.rep_id, pieces.starts_at
            order by case when matches.time_zone is null then 1 else 0 end, matches.precision_rank desc
        ) as time_zone_choice
    from pieces
    inner join matches
        on
            pieces.rep_id = matches.rep_id
            and pieces.version_from_at = matches.version_from_at
            and pieces.starts_at >= matches.starts_at
            and pieces.starts_at < matches.ends_at

),

assigned as (

    select
        rep_id,
        starts_at,
        max(case when calendar_choice = 1 then calendar end) as calendar,
        max(case when time_zone_choice = 1 then time_zone end) as time_zone
    from ranked
    group by rep_id, starts_at

)

select
    pieces.rep_id,
    coalesce(reps.calendar, assigned.calendar) as calendar,
    coalesce(reps.time_zone, assigned.time_zone, '{{ var("company_timezone") }}') as time_zone,
    pieces.starts_at as valid_from_at,
    pieces.ends_at as valid_to_at
from pieces
inner join reps
    on pieces.rep_id = reps.rep_id and pieces.version_from_at = reps.valid_from_at
left join assigned
    on pieces.rep_id = assigned.rep_id and pieces.starts_at = assigned.starts_at
