-- every open deal stands in one stage, and no other deal is listed
select
    deals.opportunity_id,
    aging.opportunity_id as listed_id
from {{ ref("fct_opportunities") }} as deals
full outer join {{ ref("stage_aging") }} as aging
    on deals.opportunity_id = aging.opportunity_id
where
    (deals.is_open and aging.opportunity_id is null)
    or (aging.opportunity_id is not null and not coalesce(deals.is_open, false))
    or (aging.opportunity_id is not null and aging.stage <> deals.stage)
