-- how many deals of each team entered a stage for the first time in a month that lies a whole horizon back, how many of them
-- went from there to a win within it, whatever stages lay between, and the median days of those; the whole company's as team null
{% set horizon_days = 365 %}
{% set as_of = modules.datetime.date.fromisoformat(var("as_of")) %}
{% set last_period_end = as_of - modules.datetime.timedelta(days=horizon_days - 1) %}

with

entries as (

    select * from {{ ref("int_funnel_entries") }}

),

entered as (

    select * from {{ ref("int_funnel_entered") }}

),

visits as (

    select * from {{ ref("stage_visits") }}
    where subject_type = 'opportunity'

),

days as (

    select * from {{ ref("int_period_days") }}
    where period_type = 'month'

),

followed as (

    select
        visits.team,
        entries.stage,
        entries.opportunity_type,
        entries.entered_date,
        entries.won_date
    from entries
    inner join entered
        on
            entries.opportunity_id = entered.opportunity_id
            and entries.stage = entered.stage
    inner join visits
        on
            entered.opportunity_id = visits.opportunity_id
            and entered.visit_number = visits.visit_number
    inner join days
        on entries.entered_date = days.date_day
    where
        days.period_end_date <= date '{{ last_period_end.isoformat() }}'

),

by_team as (

    select
        team,
        stage,
        opportunity_type,
        entered_date,
        won_date
    from followed
    where team is not null

    union all

    select
        cast(null as {{ dbt.type_string() }}) as team,
        stage,
        opportunity_type,
        entered_date,
        won_date
    from followed

),

judged as (

    select
        *,
        {{ calendar_days("entered_date", "won_date") }} as days_to_won,
        {{ is_of_new_business("opportunity_type", "team") }} as is_rated
    from by_team

),

counted as (

    select
        team,
        stage,
        count(*) as entered_count,
        sum(case when days_to_won <= {{ horizon_days }} then 1 else 0 end) as won_count,
        percentile_cont(0.5) within group (
            order by case when days_to_won <= {{ horizon_days }} then days_to_won end
        ) as median_days
    from judged
    where is_rated
    group by team, stage

)

select
    team,
    stage,
    cast(entered_count as integer) as entered_count,
    cast(won_count as integer) as won_count,
    cast(median_days as decimal(18, 1)) as median_days
from counted
