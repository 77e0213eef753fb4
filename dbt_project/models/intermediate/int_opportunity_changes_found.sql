-- every change of every attribute: the CRM's own, differences between loads that it leaves unexplained,
-- and the values from creation on
with

begun as (

    select * from {{ ref("int_opportunity_values_begun") }}

),

beginnings as (

    select * from {{ ref("int_opportunity_beginnings") }}

),

creations as (

    select
        begun.opportunity_id,
        begun.attribute,
        cast(null as {{ dbt.type_string() }}) as old_value,
        begun.value_before as new_value,
        cast(null as {{ dbt.type_string() }}) as changed_by,
        case
            when begun.is_crm and (begun.has_old_value or begun.event_at <= beginnings.created_at) then 'crm'
            else 'inferred'
        end as origin,
        0 as event_number,
        true as is_creation,
        beginnings.is_undated,
        beginnings.is_created_date_only as is_date_only,
        beginnings.created_at as changed_at,
        begun.first_known_at
    from begun
    inner join beginnings
        on begun.opportunity_id = beginnings.opportunity_id
    where
        begun.event_number = 1
        and (begun.attribute = 'stage' or (begun.attribute != 'deleted' and begun.value_before is not null))

),

-- the close of a deal that was closed when first seen, and what belongs to it, is dated by the record; any other
-- difference by its modification where that lies between the extractions and after what is explained
changes as (

    select
        begun.opportunity_id,
        begun.attribute,
        case when begun.is_crm and begun.has_old_value then begun.old_value else begun.value_before end as old_value,
        begun.new_value,
        begun.changed_by,
        case
            when begun.is_crm then 'crm'
            when begun.event_number = 1 and begun.attribute != 'deleted' then 'inferred'
            else 'load_diff'
        end as origin,
        begun.event_number,
        false as is_creation,
        not begun.is_crm
        and begun.event_number = 1
        and begun.attribute = 'stage'
        and beginnings.is_close_undated as is_undated,
        not begun.is_crm
        and begun.event_number = 1
        and begun.attribute = 'stage'
        and beginnings.is_close_date_only as is_date_only,
        case
            when begun.is_crm then begun.event_at
            when begun.event_number = 1 and begun.attribute = 'stage' then beginnings.closed_at
            when begun.event_number = 1 and begun.attribute != 'deleted' then beginnings.first_stage_entered_at
            when
                begun.modified_at <= begun.event_at
                and begun.modified_at > coalesce(begun.previous_present_at, beginnings.created_at)
                and begun.modified_at >= coalesce(begun.last_event_at, beginnings.created_at)
                then begun.modified_at
            else begun.event_at
        end as changed_at,
        begun.first_known_at
    from begun
    inner join beginnings
        on begun.opportunity_id = beginnings.opportunity_id
    where
        begun.new_value != begun.value_before
        or (begun.new_value is null and begun.value_before is not null)
        or (begun.new_value is not null and begun.value_before is null)

)

select * from creations
union all
select * from changes
