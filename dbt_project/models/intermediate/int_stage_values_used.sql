-- every stage name of a source with every pipeline of it; '' stands for no pipeline
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

)

select
    stages.source,
    pipelines.pipeline,
    stages.crm_stage
from stages
inner join pipelines
    on stages.source = pipelines.source
