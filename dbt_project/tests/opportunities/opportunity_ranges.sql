-- days and counts are not negative, rates lie between 0 and 1
select
    'stage_visits.days' as what,
    visit_id as record
from {{ ref("stage_visits") }}
where days < 0
union all
select
    'fct_opportunities.cycle_days' as what,
    opportunity_id as record
from {{ ref("fct_opportunities") }}
where cycle_days < 0
union all
select
    'fct_opportunities.probability' as what,
    opportunity_id as record
from {{ ref("fct_opportunities") }}
where probability < 0 or probability > 1
union all
select
    'funnel_win_rates' as what,
    member as record
from {{ ref("funnel_win_rates") }}
where
    win_rate < 0 or win_rate > 1 or won_of_all < 0 or won_of_all > win_rate
    or win_rate_value < 0 or win_rate_value > 1
union all
select
    'pipeline_daily.open_count' as what,
    stage as record
from {{ ref("pipeline_daily") }}
where open_count < 1
