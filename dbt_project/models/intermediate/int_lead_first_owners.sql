-- the first human to whom each lead was assigned; queues and integration users are none
with

states as (

    select * from {{ ref("int_lead_states") }}

),

reps as (

    select * from {{ ref("dim_rep") }}
    where is_human

),

owned as (

    select
        states.lead_id,
        states.owner_id,
        case when not (states.is_undated or states.is_date_only) then states.changed_at end as assigned_at,
        states.changed_at as recorded_at,
        row_number() over (partition by states.lead_id order by states.change_sequence) as owner_number
    from states
    inner join reps
        on
            states.owner_id = reps.rep_id
            and states.changed_at >= reps.valid_from_at
            and states.changed_at < reps.valid_to_at

)

select
    lead_id,
    owner_id,
    assigned_at,
    recorded_at
from owned
where owner_number = 1
