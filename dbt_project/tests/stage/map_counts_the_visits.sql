-- in each kind of period the map's rows count every dated beginning and ending of a visit once
with

facts as (

    select
        subject_type,
        stage,
        sum(case when entered_date is not null then 1 else 0 end) as visits_in,
        sum(case when left_date is not null then 1 else 0 end) as visits_out,
        sum(case when entered_date is not null and is_regression then 1 else 0 end) as regressions
    from {{ ref("stage_visits") }}
    group by subject_type, stage

),

period_types as (

    select distinct period_type from {{ ref("dim_period") }}

),

mart as (

    select
        subject_type,
        stage,
        period_type,
        sum(visits_in) as visits_in,
        sum(visits_out) as visits_out,
        sum(regressions) as regressions
    from {{ ref("stage_map_observed") }}
    group by subject_type, stage, period_type

)

select
    facts.subject_type,
    facts.stage,
    period_types.period_type
from facts
cross join period_types
left join mart
    on
        facts.subject_type = mart.subject_type
        and facts.stage = mart.stage
        and period_types.period_type = mart.period_type
where
    facts.visits_in <> coalesce(mart.visits_in, 0)
    or facts.visits_out <> coalesce(mart.visits_out, 0)
    or facts.regressions <> coalesce(mart.regressions, 0)
