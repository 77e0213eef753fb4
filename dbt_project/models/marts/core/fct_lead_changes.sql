with

leads as (

    select * from {{ ref("stg_crm__leads") }}
    where created_at is null or created_at < {{ as_of_end() }}

),

told as (

    select * from {{ ref("int_lead_values_told") }}

),

-- a day alone, when the lead was created on that day, is not before its creation
dated as (

    select
        told.lead_id,
        told.attribute,
        told.telling_number,
        told.old_value,
        told.new_value,
        told.changed_by,
        told.has_old_value,
        told.is_history,
        told.is_date_only,
        told.told_at,
        leads.created_at,
        leads.is_created_date_only,
        case
            when told.is_date_only and {{ local_date("told.changed_at") }} = {{ local_date("leads.created_at") }}
                then greatest(told.changed_at, leads.created_at)
            else told.changed_at
        end as changed_at
    from told
    inner join leads
        on told.lead_id = leads.lead_id

),

compared as (

    select
        *,
        lag(new_value) over (partition by lead_id, attribute order by telling_number) as previous_value,
        max(case when is_history then told_at end) over (
            partition by lead_id, attribute order by telling_number
            rows between unbounded preceding and 1 preceding
        ) as history_until_at,
        min(case when is_history then changed_at end) over (partition by lead_id) as first_change_at,
        min(told_at) over (partition by lead_id) as first_told_at
    from dated

),

-- the value from creation on: what the first change came from, otherwise what was told first, unless a change told it
creations as (

    select
        *,
        case
            when attribute = 'deleted' then 'false'
            when not is_history then new_value
            when has_old_value then old_value
            when changed_at <= created_at then new_value
        end as created_value,
        case
            when attribute = 'deleted' or (is_history and (has_old_value or changed_at <= created_at)) then 'crm'
            else 'inferred'
        end as created_origin
    from compared
    where telling_number = 1

),

changes as (

    select
        compared.lead_id,
        compared.attribute,
        case
            when compared.is_history and compared.has_old_value then compared.old_value
            when compared.telling_number = 1 then creations.created_value
            else compared.previous_value
        end as old_value,
        compared.new_value,
        compared.changed_by,
        case when compared.is_history then 'crm' else 'load_diff' end as origin,
        compared.telling_number,
        false as is_creation,
        not compared.is_history as is_uncertain,
        false as is_undated,
        compared.is_date_only,
        case
            when compared.is_history then compared.changed_at
            else greatest(compared.changed_at, coalesce(compared.history_until_at, compared.changed_at))
        end as changed_at
    from compared
    inner join creations
        on compared.lead_id = creations.lead_id and compared.attribute = creations.attribute

),

everything as (

    select * from changes
    where old_value is distinct from new_value

    union all

    select
        lead_id,
        attribute,
        null as old_value,
        created_value as new_value,
        null as changed_by,
        created_origin as origin,
        0 as telling_number,
        true as is_creation,
        created_origin = 'inferred' as is_uncertain,
        created_at is null as is_undated,
        coalesce(is_created_date_only, false) as is_date_only,
        least(coalesce(created_at, first_told_at), coalesce(first_change_at, created_at, first_told_at)) as changed_at
    from creations

)

select
    ---------- ids
    lead_id,

    ---------- text
    attribute,
    old_value,
    new_value,
    changed_by,
    origin,

    ---------- numbers
    cast(row_number() over (
        partition by lead_id
        order by case when is_creation then 0 else 1 end, changed_at, attribute, telling_number
    ) as integer) as change_sequence,

    ---------- flags
    is_creation,
    is_uncertain,
    is_undated,
    is_date_only,

    ---------- times
    changed_at
from everything
where changed_at < {{ as_of_end() }}
