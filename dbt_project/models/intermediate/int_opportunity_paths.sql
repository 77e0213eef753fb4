-- each opportunity's path: the stages of the map in the order in which it was in them, exits and repeats included
with

visits as (

    select
        opportunity_id,
        visit_number,
        stage
    from {{ ref("stage_visits") }}
    -- a deal that was deleted and came back to its stage is still on its way
    where subject_type = 'opportunity' and (previous_stage is null or previous_stage <> stage)

),

paths as (

    select
        opportunity_id,
        count(*) as stages,
        {{ joined_texts("stage", " > ", "visit_number") }} as path
    from visits
    group by opportunity_id

)

select * from paths
