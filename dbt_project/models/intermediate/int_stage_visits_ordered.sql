-- visits in order: consecutive states of one map stage are one visit, deletion and an unknown stage end it
with

states as (

    select * from {{ ref("int_stage_subject_states") }}

),

neighbours as (

    select
        *,
        case when is_deleted then null else stage end as stage_here,
        lag(case when is_deleted then null else stage end) over timeline as stage_before,
        lag(pipeline) over timeline as pipeline_before
    from states
    window timeline as (partition by subject_type, subject_id order by change_sequence)

),

boundaries as (

    select
        *,
        lead(changed_at) over (partition by subject_type, subject_id order by change_sequence) as left_at,
        lead(is_date_only) over (partition by subject_type, subject_id order by change_sequence) as is_left_date_only,
        lead(is_undated) over (partition by subject_type, subject_id order by change_sequence) as is_left_undated
    from neighbours
    where coalesce(stage_here, '') != coalesce(stage_before, '')

),

visits as (

    select
        *,
        cast(row_number() over timeline as integer) as visit_number,
        lag(stage) over timeline as previous_stage,
        lag(stage_order) over timeline as previous_stage_order,
        lead(stage) over timeline as next_stage,
        coalesce(pipeline != pipeline_before, false) as is_pipeline_change
    from boundaries
    where stage_here is not null
    window timeline as (partition by subject_type, subject_id order by change_sequence)

)

select * from visits
