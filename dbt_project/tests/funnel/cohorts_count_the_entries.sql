-- the periods of every kind and horizon together count each entry once, and reach the win at most as often as it was won
with

cohorts as (

    select
        period_type,
        horizon_days,
        sum(entered) as entered,
        sum(reached_next) as reached_next,
        sum(reached_won) as reached_won
    from {{ ref("funnel_cohorts") }}
    group by period_type, horizon_days

),

entries as (

    select
        count(*) as entered,
        count(next_date) as reached_next,
        count(won_date) as reached_won
    from {{ ref("int_funnel_entries") }}

)

select cohorts.*
from cohorts
cross join entries
where
    cohorts.entered != entries.entered
    or cohorts.reached_next > entries.reached_next
    or cohorts.reached_won > entries.reached_won
