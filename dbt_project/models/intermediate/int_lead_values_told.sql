-- what told the value of a lead's status, owner or deletion, in order: the CRM's own history, then what exports showed
with

history as (

    select * from {{ ref("stg_crm__lead_history") }}
    where attribute in ('status', 'owner') and changed_at is not null

),

versions as (

    select * from {{ ref("stg_crm__lead_versions") }}

),

leads as (

    select * from {{ ref("stg_crm__leads") }}

),

exports as (

    select * from {{ ref("stg_crm__lead_extractions") }}

),

-- of several changes in one moment, the one that nothing leads to comes first, the one that leads nowhere last
chained as (

    select
        history.lead_change_id,
        max(case when earlier.lead_change_id is null then 0 else 1 end) as has_before,
        max(case when later.lead_change_id is null then 0 else 1 end) as has_after
    from history
    left join history as earlier
        on
            history.lead_id = earlier.lead_id
            and history.attribute = earlier.attribute
            and history.changed_at = earlier.changed_at
            and history.old_value = earlier.new_value
            and history.lead_change_id <> earlier.lead_change_id
    left join history as later
        on
            history.lead_id = later.lead_id
            and history.attribute = later.attribute
            and history.changed_at = later.changed_at
            and history.new_value = later.old_value
            and history.lead_change_id <> later.lead_change_id
    group by history.lead_change_id

),

vanished as (

    select
        leads.lead_id,
        min(exports.extracted_at) as vanished_at
    from leads
    inner join exports
        on leads.source = exports.source and leads.last_sighted_at < exports.extracted_at
    where leads.is_vanished
    group by leads.lead_id

),

told as (

    select
        history.lead_id,
        history.attribute,
        history.old_value,
        history.new_value,
        history.changed_by,
        history.has_old_value,
        true as is_history,
        coalesce(history.is_changed_date_only, false) as is_date_only,
        history.changed_at as told_at,
        history.changed_at,
        chained.has_before * 2 - chained.has_after as place,
        history.sequence,
        history.line,
        history.lead_change_id as tie_breaker
    from history
    inner join chained
        on history.lead_change_id = chained.lead_change_id

    {% for attribute, value in [
        ("status", "status"), ("owner", "owner_id"),
        ("deleted", "case when coalesce(is_deleted, false) then 'true' else 'false' end"),
    ] -%}
        union all

        select
            lead_id,
            '{{ attribute }}' as attribute,
            null as old_value,
            {{ value }} as new_value,
            null as changed_by,
            false as has_old_value,
            false as is_history,
            false as is_date_only,
            observed_at as told_at,
            case when is_first then observed_at else valid_from_at end as changed_at,
            0 as place,
            null as sequence,
            null as line,
            null as tie_breaker
        from versions

    {% endfor -%}
    union all

    select
        lead_id,
        'deleted' as attribute,
        null as old_value,
        'true' as new_value,
        null as changed_by,
        false as has_old_value,
        false as is_history,
        false as is_date_only,
        vanished_at as told_at,
        vanished_at as changed_at,
        0 as place,
        null as sequence,
        null as line,
        null as tie_breaker
    from vanished

)

select
    told.*,
    row_number() over (
        partition by told.lead_id, told.attribute
        order by
            told.told_at, case when told.is_history then 0 else 1 end, told.place, told.sequence, told.line, told.tie_breaker
    ) as telling_number
from told
inner join leads
    on told.lead_id = leads.lead_id
