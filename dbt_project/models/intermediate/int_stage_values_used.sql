-- every stage name of a source with every pipeline of it, by kind of subject; '' stands for no pipeline. A lead's stage
-- is its status, an account's is its type; neither has pipelines.
with

observations as (

    select * from {{ ref("int_opportunity_observations") }}

),

histories as (

    select * from {{ ref("int_opportunity_history_rows") }}

),

stages as (

    select
        source,
        stage as crm_stage
    from observations
    where stage is not null
    union distinct
    select
        source,
        old_value as crm_stage
    from histories
    where attribute = 'stage' and old_value is not null
    union distinct
    select
        source,
        new_value as crm_stage
    from histories
    where attribute = 'stage' and new_value is not null

),

pipelines as (

    select
        source,
        coalesce(pipeline, '') as pipeline
    from observations
    union distinct
    select
        source,
        coalesce(old_value, '') as pipeline
    from histories
    where attribute = 'pipeline'
    union distinct
    select
        source,
        coalesce(new_value, '') as pipeline
    from histories
    where attribute = 'pipeline'

),

lead_statuses as (

    select
        source,
        status
    from {{ ref("stg_crm__lead_versions") }}
    where status is not null
    union distinct
    select
        source,
        old_value as status
    from {{ ref("stg_crm__lead_history") }}
    where attribute = 'status' and old_value is not null
    union distinct
    select
        source,
        new_value as status
    from {{ ref("stg_crm__lead_history") }}
    where attribute = 'status' and new_value is not null

)

select
    'opportunity' as subject_type,
    stages.source,
    pipelines.pipeline,
    stages.crm_stage
from stages
inner join pipelines
    on stages.source = pipelines.source

union all

select
    'lead' as subject_type,
    source,
    '' as pipeline,
    status as crm_stage
from lead_statuses

union all

select distinct
    'account' as subject_type,
    source,
    '' as pipeline,
    account_type as crm_stage
from {{ ref("stg_crm__account_versions") }}
where account_type is not null
