-- the CRM's changes and what the extractions showed, in one order. An export is read over minutes, so an
-- extraction may show a value from just after its time or just before a change that it does not yet tell:
-- what the history itself explains in this way is no observation of its own.
with

histories as (

    select * from {{ ref("int_opportunity_history_ordered") }}

),

observed_values as (

    select * from {{ ref("int_opportunity_observed_values") }}

),

merged as (

    select
        opportunity_id,
        attribute,
        changed_at as event_at,
        0 as event_rank,
        history_order as event_order,
        true as is_crm,
        old_value,
        new_value,
        has_old_value,
        changed_by,
        told_at,
        cast(null as timestamp) as previous_present_at,
        cast(null as timestamp) as modified_at,
        first_known_at
    from histories

    union all

    select
        opportunity_id,
        attribute,
        judged_at as event_at,
        1 as event_rank,
        observation_number as event_order,
        false as is_crm,
        cast(null as {{ dbt.type_string() }}) as old_value,
        observed_value as new_value,
        false as has_old_value,
        cast(null as {{ dbt.type_string() }}) as changed_by,
        judged_at as told_at,
        previous_present_at,
        modified_at,
        first_known_at
    from observed_values

),

neighbours as (

    select
        *,
        lag(is_crm) over timeline as follows_crm,
        lag(old_value) over timeline as value_before_last,
        lag(told_at) over timeline as last_told_at,
        lead(is_crm) over timeline as precedes_crm,
        lead(new_value) over timeline as next_value,
        lead(told_at) over timeline as next_told_at
    from merged
    window timeline as (partition by opportunity_id, attribute order by event_at, event_rank, event_order)

)

select
    opportunity_id,
    attribute,
    old_value,
    new_value,
    changed_by,
    event_rank,
    event_order,
    is_crm,
    has_old_value,
    event_at,
    previous_present_at,
    modified_at,
    first_known_at
from neighbours
where
    is_crm
    or not (
        -- read before a change that only a later extraction tells
        coalesce(follows_crm, false) and last_told_at > event_at
        and coalesce(new_value, '') = coalesce(value_before_last, '')
        -- read after a change that this extraction tells
        or coalesce(precedes_crm, false) and next_told_at <= event_at
        and coalesce(new_value, '') = coalesce(next_value, '')
    )
