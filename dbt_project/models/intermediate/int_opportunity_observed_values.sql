-- what an extraction showed of each attribute: at a content's first sighting, and at its last where the
-- CRM recorded a change in between
with

observations as (

    select * from {{ ref("int_opportunity_observations") }}

),

histories as (

    select * from {{ ref("int_opportunity_history_rows") }}

),

last_sightings as (

    select * from observations
    where
        last_observed_at > observed_at
        and exists (
            select 1 from histories
            where
                histories.opportunity_id = observations.opportunity_id
                and histories.changed_at > observations.observed_at
                and histories.changed_at <= observations.last_observed_at
        )

),

sightings as (

    select
        observations.*,
        observations.observed_at as judged_at
    from observations

    union all

    select
        last_sightings.*,
        last_sightings.last_observed_at as judged_at
    from last_sightings

),

observed_values as (

    {% for attribute, field in opportunity_attributes().items() %}
        select
            opportunity_id,
            '{{ attribute }}' as attribute,
            cast({{ field.column }} as {{ dbt.type_string() }}) as observed_value,
            observation_number,
            judged_at,
            previous_present_at,
            modified_at,
            first_known_at
        from sightings
        where is_present

        union all
    {% endfor %}

    -- deleted, merged and vanished alike; a vanished record has no modification to date it by
    select
        opportunity_id,
        'deleted' as attribute,
        case when is_gone then 'true' else 'false' end as observed_value,
        observation_number,
        judged_at,
        previous_present_at,
        case when is_present and not is_return then modified_at end as modified_at,
        first_known_at
    from sightings

)

select * from observed_values
