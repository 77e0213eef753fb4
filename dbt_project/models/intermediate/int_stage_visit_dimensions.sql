{{ config(materialized="view") }}
-- what a visit's subject was in each dimension when the visit began; leads and accounts have an owner and a team
with

visits as (

    select * from {{ ref("stage_visits") }}

),

entries as (

    select
        subject_type,
        subject_id,
        visit_number,
        changed_at
    from {{ ref("int_stage_visits_measured") }}
    where subject_type = 'opportunity'

),

dimensions as (

    select * from {{ ref("int_opportunity_dimensions") }}

)

select
    entries.subject_type,
    entries.subject_id,
    entries.visit_number,
    dimensions.dimension,
    dimensions.member
from entries
inner join dimensions
    on
        entries.subject_id = dimensions.opportunity_id
        and entries.changed_at >= dimensions.valid_from_at
        and entries.changed_at < dimensions.valid_to_at

{% for dimension, member in {"all": "'all'", "owner": "owner_id", "team": "team"}.items() %}
    union all

    select
        subject_type,
        subject_id,
        visit_number,
        '{{ dimension }}' as dimension,
        coalesce({{ member }}, '(none)') as member
    from visits
    where subject_type <> 'opportunity'
{% endfor %}
