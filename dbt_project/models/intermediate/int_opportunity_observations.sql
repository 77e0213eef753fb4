-- the spells with their content and with when the record was last seen before
with

spells as (

    select * from {{ ref("int_opportunity_spells") }}

),

versions as (

    select * from {{ ref("stg_crm__opportunity_versions") }}

),

-- nothing is known of a record before it was first there
placed as (

    select
        *,
        coalesce(
            not lag(is_present) over (partition by opportunity_id order by observation_number), false
        ) as is_return,
        max(case when is_present then last_observed_at end) over (
            partition by opportunity_id order by observation_number
            rows between unbounded preceding and 1 preceding
        ) as previous_present_at
    from spells

)

select
    placed.opportunity_id,
    placed.observation_number,
    placed.is_present,
    placed.is_return,
    placed.observed_at,
    placed.last_observed_at,
    placed.previous_present_at,
    placed.first_known_at,
    versions.source,
    {%- for field in opportunity_attributes().values() %}
        versions.{{ field.column }},
    {%- endfor %}
    versions.closed_at,
    versions.is_closed_date_only,
    versions.created_at,
    versions.is_created_date_only,
    versions.modified_at,
    not placed.is_present
    or coalesce(versions.is_deleted, false)
    or versions.merged_into_id is not null as is_gone
from placed
left join versions
    on
        placed.opportunity_id = versions.opportunity_id
        and placed.record_hash = versions.record_hash
-- a sighting of a content that no visible load holds says nothing
where not placed.is_present or versions.opportunity_id is not null
