-- how each journey's deal stands at as_of, as win rates count it: once, by its latest close; deleted and not counted deals
-- are in none
select
    opportunity_id as journey_id,
    is_won,
    is_lost,
    is_disqualified,
    is_open
from {{ ref("fct_opportunities") }}
where not is_deleted and not is_not_counted
