-- stage names that the map does not know, with the deals that have stood in them
select
    ---------- text
    deals.source,
    history.crm_stage,

    ---------- numbers
    cast(row_number() over (
        order by count(distinct history.opportunity_id) desc, deals.source asc, history.crm_stage asc
    ) as integer) as sort_order,
    cast(count(distinct history.opportunity_id) as bigint) as deals
from {{ ref("fct_opportunity_history") }} as history
inner join {{ ref("fct_opportunities") }} as deals
    on history.opportunity_id = deals.opportunity_id
where history.stage is null and history.crm_stage is not null
group by deals.source, history.crm_stage
