-- every change of every attribute: the CRM's own, differences between loads that it leaves unexplained,
-- and the values from creation on
with

aligned as (

    select * from {{ ref("int_opportunity_values_aligned") }}

),

origins as (

    select * from {{ ref("int_opportunity_origins") }}

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
        origins.is_undated,
        origins.is_created_date_only,
        origins.is_close_undated,
        origins.is_close_date_only,
        origins.created_at,
        origins.closed_at,
        aligned.attribute = 'stage' and closed_stages.crm_stage is not null as is_closed_stage,
        lag(aligned.new_value) over timeline as last_value,
        lag(aligned.event_at) over timeline as last_event_at,
        row_number() over timeline as event_number
    from aligned
    inner join origins
        on aligned.opportunity_id = origins.opportunity_id
    left join closed_stages
        on
            origins.source = closed_stages.source
            and aligned.new_value = closed_stages.crm_stage
            and aligned.attribute = 'stage'
    window timeline as (
        partition by aligned.opportunity_id, aligned.attribute
        order by aligned.event_at, aligned.event_rank, aligned.event_order
    )

),

-- before its first event an attribute has the CRM's old value, otherwise the first known one; nothing is
-- closed or deleted from its creation on unless the CRM says so
valued as (

    select
        *,
        case
            when event_number > 1 then last_value
            when is_crm and event_at <= created_at and old_value is null then new_value
            when has_old_value then old_value
            when attribute = 'deleted' then 'false'
            when is_closed_stage then null
            else new_value
        end as value_before
    from numbered

),

creations as (

    select
        opportunity_id,
        attribute,
        cast(null as {{ dbt.type_string() }}) as old_value,
        value_before as new_value,
        cast(null as {{ dbt.type_string() }}) as changed_by,
        case
            when is_crm and (has_old_value or event_at <= created_at) then 'crm'
            else 'inferred'
        end as origin,
        0 as event_number,
        true as is_creation,
        is_undated,
        is_created_date_only as is_date_only,
        created_at as changed_at,
        first_known_at
    from valued
    where
        event_number = 1
        and (attribute = 'stage' or (attribute != 'deleted' and value_before is not null))

),

changes as (

    select
        opportunity_id,
        attribute,
        case when is_crm and has_old_value then old_value else value_before end as old_value,
        new_value,
        changed_by,
        case
            when is_crm then 'crm'
            when event_number = 1 and attribute = 'stage' then 'inferred'
            else 'load_diff'
        end as origin,
        event_number,
        false as is_creation,
        not is_crm and event_number = 1 and attribute = 'stage' and is_close_undated as is_undated,
        not is_crm and event_number = 1 and attribute = 'stage' and is_close_date_only as is_date_only,
        case
            when is_crm then event_at
            when event_number = 1 and attribute = 'stage' then closed_at
            when
                modified_at <= event_at
                and modified_at > coalesce(previous_present_at, created_at)
                and modified_at >= coalesce(last_event_at, created_at)
                then modified_at
            else event_at
        end as changed_at,
        first_known_at
    from valued
    where
        new_value != value_before
        or (new_value is null and value_before is not null)
        or (new_value is not null and value_before is null)

)

select * from creations
union all
select * from changes
