-- the events of each attribute with the value before them. Before its first event an attribute has the CRM's old
-- value, otherwise the first known one; nothing is closed or deleted from its creation on unless the CRM says so,
-- and what a closed deal says of its chances, as only a closed one has them, and of its loss holds since the close.
with

aligned as (

    select * from {{ ref("int_opportunity_values_aligned") }}

),

beginnings as (

    select * from {{ ref("int_opportunity_beginnings") }}

),

closed_stages as (

    select distinct
        source,
        crm_stage
    from {{ ref("int_stage_meanings") }}
    where is_closed

),

numbered as (

    select
        aligned.*,
        beginnings.created_at,
        aligned.attribute = 'stage' and closed_stages.crm_stage is not null as is_closed_stage,
        beginnings.is_first_seen_closed
        and case aligned.attribute
            when 'probability' then {{ safe_cast("aligned.new_value", "decimal(18, 6)") }} in (0, 1)
            when 'forecast_category' then aligned.new_value in ('closed', 'omitted')
            else aligned.attribute = 'loss_reason'
        end as is_of_the_close,
        lag(aligned.new_value) over timeline as last_value,
        lag(aligned.event_at) over timeline as last_event_at,
        row_number() over timeline as event_number
    from aligned
    inner join beginnings
        on aligned.opportunity_id = beginnings.opportunity_id
    left join closed_stages
        on
            beginnings.source = closed_stages.source
            and aligned.new_value = closed_stages.crm_stage
            and aligned.attribute = 'stage'
    window timeline as (
        partition by aligned.opportunity_id, aligned.attribute
        order by aligned.event_at, aligned.event_rank, aligned.event_order
    )

)

select
    opportunity_id,
    attribute,
    case
        when event_number > 1 then last_value
        when is_crm and event_at <= created_at and old_value is null then new_value
        when has_old_value then old_value
        when attribute = 'deleted' then 'false'
        when is_closed_stage or is_of_the_close then null
        else new_value
    end as value_before,
    old_value,
    new_value,
    changed_by,
    event_number,
    is_crm,
    has_old_value,
    event_at,
    last_event_at,
    previous_present_at,
    modified_at,
    first_known_at
from numbered
