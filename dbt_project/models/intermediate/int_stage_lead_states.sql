-- every state on a lead's way over the stage map, zero-length ones too
with

states as (

    select * from {{ ref("int_lead_states") }}

),

meanings as (

    select * from {{ ref("int_stage_subject_meanings") }}
    where subject_type = 'lead'

)

select
    ---------- ids
    states.lead_id,
    states.owner_id,

    ---------- text
    states.status as crm_stage,
    meanings.stage,
    meanings.sub_stage,
    meanings.stage_kind,

    ---------- numbers
    states.change_sequence,
    meanings.stage_order,
    meanings.time_limit_days,

    ---------- flags
    states.is_deleted,
    states.is_undated,
    states.is_date_only,

    ---------- times
    meanings.map_valid_from_date,
    states.changed_at
from states
left join meanings
    on
        states.source = meanings.source
        and states.status = meanings.crm_stage
        and {{ local_date("states.changed_at") }} >= meanings.valid_from_date
        and {{ local_date("states.changed_at") }} < meanings.valid_to_date
