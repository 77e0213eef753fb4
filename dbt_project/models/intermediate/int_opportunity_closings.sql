-- the deals that are closed now, won, lost or disqualified
select
    opportunity_id,
    account_id,
    coalesce(closing_owner_id, owner_id) as owner_id,
    case when closing_owner_id is not null then closing_team else team end as team,
    pipeline,
    opportunity_type,
    case when is_won then 'won' when is_lost then 'lost' else 'disqualified' end as outcome,
    is_not_counted,
    created_date,
    booked_date
from {{ ref("fct_opportunities") }}
where not is_deleted and (is_won or is_lost or is_disqualified)
