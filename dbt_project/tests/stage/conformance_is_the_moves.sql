-- the moves of all deals that are there add up to those of the facts, and what is documented is never more than all
with

facts as (

    select
        moves.opportunity_id,
        count(*) as moves
    from {{ ref("int_stage_moves") }} as moves
    inner join {{ ref("fct_opportunities") }} as deals
        on moves.opportunity_id = deals.opportunity_id
    where not deals.is_deleted
    group by moves.opportunity_id

)

select
    conformance.opportunity_id,
    conformance.moves,
    facts.moves as moves_of_facts
from {{ ref("stage_conformance") }} as conformance
full outer join facts
    on conformance.opportunity_id = facts.opportunity_id
where
    coalesce(conformance.moves, 0) <> coalesce(facts.moves, 0)
    or conformance.documented_moves + conformance.undocumented_moves <> conformance.moves
    or (conformance.fitness is null) <> (conformance.moves = 0)
    or conformance.missing_checklist_items > conformance.due_checklist_items
