-- every deal that was ever in a stage of the map goes one way, and the shares add up to 1
with

facts as (

    select
        count(distinct deals.opportunity_id) as deals,
        count(distinct case when deals.is_won and not deals.is_not_counted then deals.opportunity_id end) as won_deals
    from {{ ref("fct_opportunities") }} as deals
    inner join {{ ref("stage_visits") }} as visits
        on deals.opportunity_id = visits.opportunity_id
    where not deals.is_deleted

),

variants as (

    select
        coalesce(sum(deals), 0) as deals,
        coalesce(sum(won_deals), 0) as won_deals,
        coalesce(max(cumulative_share), 1) as last_share
    from {{ ref("stage_variants") }}

)

select
    variants.deals,
    facts.deals as deals_of_facts
from variants
cross join facts
where
    variants.deals <> facts.deals
    or variants.won_deals <> facts.won_deals
    or variants.last_share <> 1
