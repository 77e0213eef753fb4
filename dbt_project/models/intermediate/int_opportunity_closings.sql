-- the deals that are closed now, won, lost or disqualified, with what they were at that close
with

opportunities as (

    select * from {{ ref("fct_opportunities") }}
    where not is_deleted and (is_won or is_lost or is_disqualified)

),

closes as (

    select * from {{ ref("fct_close_events") }}
    where is_latest_close

)

select
    opportunities.opportunity_id,
    opportunities.account_id,
    closes.owner_id,
    closes.team,
    closes.pipeline,
    closes.opportunity_type,
    case
        when opportunities.is_won then 'won'
        when opportunities.is_lost then 'lost'
        else 'disqualified'
    end as outcome,
    opportunities.is_not_counted,
    opportunities.created_date,
    opportunities.booked_date
from opportunities
left join closes
    on opportunities.opportunity_id = closes.opportunity_id
