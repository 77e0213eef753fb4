-- what a CRM's stage name meant on the stage map, by kind of subject, source, pipeline and day
with

stage_map as (

    select * from {{ ref("dim_stage") }}

),

stage_alias as (

    select * from {{ ref("stg_config__stage_alias") }}

),

stage_values as (

    select * from {{ ref("int_stage_values_used") }}

),

aliases as (

    select
        object as subject_type,
        source,
        pipeline,
        name,
        stage,
        sub_stage,
        1 as is_explicit,
        valid_from_date,
        valid_to_date,
        coalesce(recorded_at, {{ beginning_of_time() }}) as recorded_at
    from stage_alias

    union all

    -- a stage of the map is its own name, whatever is in it
    select distinct
        cast(null as {{ dbt.type_string() }}) as subject_type,
        cast(null as {{ dbt.type_string() }}) as source,
        cast(null as {{ dbt.type_string() }}) as pipeline,
        stage as name,
        stage,
        cast(null as {{ dbt.type_string() }}) as sub_stage,
        0 as is_explicit,
        cast(null as date) as valid_from_date,
        cast(null as date) as valid_to_date,
        {{ beginning_of_time() }} as recorded_at
    from stage_map

),

candidates as (

    select
        stage_values.subject_type,
        stage_values.source,
        stage_values.pipeline,
        stage_values.crm_stage,
        aliases.stage,
        aliases.sub_stage,
        aliases.recorded_at,
        case when aliases.pipeline is not null then 4 else 0 end
        + case when aliases.source is not null then 2 else 0 end
        + aliases.is_explicit as precision_rank,
        coalesce(aliases.valid_from_date, date '1900-01-01') as valid_from_date,
        coalesce(aliases.valid_to_date, date '9999-12-31') as valid_to_date
    from stage_values
    inner join aliases
        on
            stage_values.crm_stage = aliases.name
            and (aliases.subject_type is null or stage_values.subject_type = aliases.subject_type)
            and (aliases.source is null or stage_values.source = aliases.source)
            and (aliases.pipeline is null or stage_values.pipeline = aliases.pipeline)

),

-- the days on which the meaning of a name may change
boundaries as (

    select
        subject_type,
        source,
        pipeline,
        crm_stage,
        valid_from_date as starts_date
    from candidates
    union distinct
    select
        subject_type,
        source,
        pipeline,
        crm_stage,
        valid_to_date as starts_date
    from candidates
    union distinct
    select
        stage_values.subject_type,
        stage_values.source,
        stage_values.pipeline,
        stage_values.crm_stage,
        date '1900-01-01' as starts_date
    from stage_values

),

spans as (

    select
        *,
        lead(starts_date, 1, date '9999-12-31') over (
            partition by subject_type, source, pipeline, crm_stage order by starts_date
        ) as ends_date
    from boundaries
    where starts_date < date '9999-12-31'

),

ranked as (

    select
        spans.subject_type,
        spans.source,
        spans.pipeline,
        spans.crm_stage,
        candidates.stage,
        candidates.sub_stage,
        spans.starts_date as valid_from_date,
        spans.ends_date as valid_to_date,
        row_number() over (
            partition by spans.subject_type, spans.source, spans.pipeline, spans.crm_stage, spans.starts_date
            order by
                candidates.precision_rank desc,
                candidates.recorded_at desc,
                candidates.valid_from_date desc,
                candidates.stage asc
        ) as choice
    from spans
    left join candidates
        on
            spans.subject_type = candidates.subject_type
            and spans.source = candidates.source
            and spans.pipeline = candidates.pipeline
            and spans.crm_stage = candidates.crm_stage
            and spans.starts_date >= candidates.valid_from_date
            and spans.starts_date < candidates.valid_to_date

)

select
    subject_type,
    source,
    pipeline,
    crm_stage,
    stage,
    sub_stage,
    valid_from_date,
    valid_to_date
from ranked
where choice = 1
