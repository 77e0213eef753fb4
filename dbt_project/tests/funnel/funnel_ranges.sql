-- counts and days are not negative, and who reached a stage had entered before it
select
    'funnel_cohorts' as what,
    stage as record
from {{ ref("funnel_cohorts") }}
where
    entered < 1
    or reached_next < 0 or reached_next > entered
    or reached_won < 0 or reached_won > entered
    or reached_won_strictly < 0 or reached_won_strictly > reached_won
    or conversion_any < 0 or conversion_any > 1
union all
select
    'funnel_cycle' as what,
    opportunity_id as record
from {{ ref("funnel_cycle") }}
where
    days_from_creation < 0
    or days_from_funnel_start < 0
    or days_from_first_contact < 0
    or contacts_involved < 0
    or activities_involved < 0
union all
select
    'funnel_velocity' as what,
    team as record
from {{ ref("funnel_velocity") }}
where opportunities < 1 or won_count < 0 or won_count > opportunities or win_rate < 0 or win_rate > 1 or cycle_days < 0
