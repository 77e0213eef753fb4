-- how many deals of each team entered a stage for the first time in a month that is 365 days past, and how many of them
-- went from there to a win within 365 days, whatever stages lay between; the median days of those
{% set horizon_days = 365 %}

with

visits as (

    select * from {{ ref("stage_visits") }}
    where subject_type = 'opportunity'

),

rated as (

    select * from {{ ref("int_reverse_funnel_deals") }}

),

days as (

    select * from {{ ref("int_period_days") }}
    where period_type = 'month'

),

followed as (

    select
        *,
        row_number() over (partition by opportunity_id, stage order by visit_number) as time_here,
        min(case when stage_kind in ('won', 'post-sale') then entered_date end) over (
            partition by opportunity_id order by visit_number rows between 1 following and unbounded following
        ) as won_date
    from visits

),

entries as (

    select
        followed.team,
        followed.stage,
        coalesce({{ calendar_days("followed.entered_date", "followed.won_date") }} <= {{ horizon_days }}, false) as is_won,
        {{ calendar_days("followed.entered_date", "followed.won_date") }} as days_to_won
    from followed
    inner join rated
        on followed.opportunity_id = rated.opportunity_id
    inner join days
        on followed.entered_date = days.date_day
    where
        followed.time_here = 1
        and followed.stage_kind = 'open'
        and rated.is_rated
        and {{ dbt.dateadd("day", horizon_days - 1, "days.period_end_date") }} <= cast('{{ var("as_of") }}' as date)

),

-- the company's own stand beside the teams', under no team
counted as (

    select
        team,
        stage,
        count(*) as entered_count,
        sum(case when is_won then 1 else 0 end) as won_count,
        {{ median("case when is_won then days_to_won end") }} as median_days
    from entries
    where team is not null
    group by team, stage

    union all

    select
        cast(null as {{ dbt.type_string() }}) as team,
        stage,
        count(*) as entered_count,
        sum(case when is_won then 1 else 0 end) as won_count,
        {{ median("case when is_won then days_to_won end") }} as median_days
    from entries
    group by stage

)

select
    team,
    stage,
    cast(entered_count as integer) as entered_count,
    cast(won_count as integer) as won_count,
    cast({{ divide("won_count", "entered_count") }} as decimal(18, 6)) as win_rate,
    cast(median_days as decimal(18, 2)) as median_days
from counted
