-- every state of a lead, zero-length ones too: status and owner as they stood after each change
{% set empty = "'␀'" %}  {# stands for an empty value while values are carried forward #}

with

changes as (

    select * from {{ ref("fct_lead_changes") }}
    where attribute in ('status', 'owner', 'deleted')

),

leads as (

    select
        lead_id,
        source,
        created_at
    from {{ ref("stg_crm__leads") }}

),

carried as (

    select
        *,
        nullif({{ last_known("case when attribute = 'status' then coalesce(new_value, " ~ empty ~ ") end") }}
            over up_to_here, {{ empty }}) as status,
        nullif({{ last_known("case when attribute = 'owner' then coalesce(new_value, " ~ empty ~ ") end") }}
            over up_to_here, {{ empty }}) as owner_id,
        coalesce({{ last_known("case when attribute = 'deleted' then new_value end") }}
            over up_to_here, 'false') = 'true' as is_deleted,
        lead(is_creation) over (partition by lead_id order by change_sequence) as is_creation_next
    from changes
    window up_to_here as (
        partition by lead_id order by change_sequence
        rows between unbounded preceding and current row
    )

)

-- what holds from creation on is one state, dated by the creation even where the data has a change before it
select
    carried.lead_id,
    leads.source,
    carried.status,
    carried.owner_id,
    carried.change_sequence,
    carried.is_deleted,
    carried.is_undated,
    carried.is_date_only,
    case when carried.is_creation then coalesce(leads.created_at, carried.changed_at) else carried.changed_at end as changed_at
from carried
inner join leads
    on carried.lead_id = leads.lead_id
where not (carried.is_creation and coalesce(carried.is_creation_next, false))
