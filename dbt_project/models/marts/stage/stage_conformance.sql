{{ config(tags=["impact_tier_2"]) }}

with

opportunities as (

    select * from {{ ref("fct_opportunities") }}
    where not is_deleted

),

moves as (

    select
        opportunity_id,
        count(*) as moves,
        sum(case when is_documented then 1 else 0 end) as documented_moves,
        sum(case when is_regression then 1 else 0 end) as regressions
    from {{ ref("int_stage_moves") }}
    where opportunity_id is not null
    group by opportunity_id

),

skips as (

    select
        subject_id as opportunity_id,
        count(distinct skipped_stage) as skipped_stages
    from {{ ref("int_stage_skips") }}
    where subject_type = 'opportunity'
    group by subject_id

),

checklists as (

    select
        opportunity_id,
        count(*) as due_items,
        sum(case when is_done then 0 else 1 end) as missing_items
    from {{ ref("int_stage_checklist_items") }}
    group by opportunity_id

),

final as (

    select
        ---------- ids
        opportunities.opportunity_id,
        opportunities.owner_id,

        ---------- text
        opportunities.team,
        opportunities.pipeline,
        opportunities.opportunity_type,
        opportunities.stage,
        opportunities.stage_kind,

        ---------- numbers
        cast(coalesce(moves.moves, 0) as integer) as moves,
        cast(coalesce(moves.documented_moves, 0) as integer) as documented_moves,
        cast(coalesce(moves.moves - moves.documented_moves, 0) as integer) as undocumented_moves,
        cast({{ divide("moves.documented_moves", "moves.moves") }} as decimal(18, 6)) as fitness,
        cast(coalesce(moves.regressions, 0) as integer) as regressions,
        cast(coalesce(skips.skipped_stages, 0) as integer) as skipped_stages,
        cast(checklists.due_items as integer) as due_checklist_items,
        cast(checklists.missing_items as integer) as missing_checklist_items,

        ---------- dates
        opportunities.created_date,
        opportunities.booked_date
    from opportunities
    left join moves
        on opportunities.opportunity_id = moves.opportunity_id
    left join skips
        on opportunities.opportunity_id = skips.opportunity_id
    left join checklists
        on opportunities.opportunity_id = checklists.opportunity_id

)

select * from final
