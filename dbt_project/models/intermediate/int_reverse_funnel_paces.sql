-- calls and mails of each team in the last four complete quarters, and the entries into each stage that it had in them
with

quarters as (

    select * from {{ ref("int_last_four_quarters") }}

),

activities as (

    select * from {{ ref("fct_activities") }}
    where
        activity_type in ('call', 'email')
        and is_human
        and is_completed
        and coalesce(lower(direction), 'outbound') != 'inbound'

),

reps as (

    select * from {{ ref("dim_rep") }}

),

visits as (

    select * from {{ ref("stage_visits") }}
    where subject_type = 'opportunity'

),

entered as (

    select * from {{ ref("int_funnel_entered") }}

),

efforts as (

    select
        reps.team,
        sum(case when activities.activity_type = 'call' then 1 else 0 end) as calls,
        sum(case when activities.activity_type = 'email' then 1 else 0 end) as emails
    from activities
    inner join reps
        on
            activities.user_id = reps.rep_id
            and activities.occurred_at >= reps.valid_from_at
            and activities.occurred_at < reps.valid_to_at
    inner join quarters
        on
            {{ local_date("activities.occurred_at") }} >= quarters.starts_date
            and {{ local_date("activities.occurred_at") }} < quarters.ends_date
    group by reps.team

),

entries as (

    select
        visits.team,
        entered.stage,
        count(*) as entries
    from entered
    inner join visits
        on
            entered.opportunity_id = visits.opportunity_id
            and entered.visit_number = visits.visit_number
    inner join quarters
        on
            entered.entered_date >= quarters.starts_date
            and entered.entered_date < quarters.ends_date
    group by visits.team, entered.stage

)

select
    entries.team,
    entries.stage,
    cast(entries.entries as integer) as entries,
    cast(coalesce(efforts.calls, 0) as integer) as calls,
    cast(coalesce(efforts.emails, 0) as integer) as emails
from entries
left join efforts
    on entries.team = efforts.team
where entries.team is not null
