-- a CRM's stage name with the version of the stage map in force, by kind of subject, source, pipeline and day
with

stage_names as (

    select * from {{ ref("int_stage_names") }}

),

stage_map as (

    select * from {{ ref("int_stage_subject_places") }}

),

meanings as (

    select
        stage_names.subject_type,
        stage_names.source,
        stage_names.pipeline,
        stage_names.crm_stage,
        stage_names.stage,
        stage_names.sub_stage,
        stage_map.stage_kind,
        stage_map.stage_order,
        stage_map.time_limit_days,
        stage_map.default_probability,
        nullif(stage_map.valid_from_date, date '1900-01-01') as map_valid_from_date,
        coalesce(stage_map.stage_kind in ('won', 'post-sale', 'lost', 'disqualified'), false) as is_closed,
        greatest(stage_names.valid_from_date, stage_map.valid_from_date) as valid_from_date,
        least(stage_names.valid_to_date, stage_map.valid_to_date) as valid_to_date
    from stage_names
    inner join stage_map
        on
            stage_names.subject_type = stage_map.subject_type
            and stage_names.stage = stage_map.stage
            and stage_names.valid_from_date < stage_map.valid_to_date
            and stage_names.valid_to_date > stage_map.valid_from_date

)

select * from meanings
