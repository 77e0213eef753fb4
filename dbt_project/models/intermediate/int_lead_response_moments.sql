-- from when to when a lead's first response is counted, and in whose working hours: those of the first human owner, of a
-- lead that nobody was given those of who touched it
with

leads as (

    select * from {{ ref("fct_leads") }}
    where not is_deleted

),

touches as (

    select * from {{ ref("int_lead_first_touches") }}

),

owners as (

    select * from {{ ref("int_lead_first_owners") }}

),

calendars as (

    select * from {{ ref("int_rep_calendars") }}

),

joined as (

    select
        leads.lead_id,
        owners.owner_id as first_owner_id,
        touches.activity_id as first_touch_id,
        leads.lead_source,
        case when not leads.is_created_date_only then leads.created_at end as created_at,
        owners.assigned_at,
        touches.occurred_at as touched_at,
        coalesce(owners.owner_id, touches.user_id) as clock_rep_id,
        coalesce(owners.recorded_at, touches.occurred_at) as clock_at
    from leads
    left join touches
        on leads.lead_id = touches.lead_id
    left join owners
        on leads.lead_id = owners.lead_id

)

select
    joined.lead_id,
    joined.first_owner_id,
    joined.first_touch_id,
    joined.lead_source,
    calendars.calendar,
    calendars.time_zone,
    joined.created_at,
    joined.assigned_at,
    joined.touched_at
from joined
left join calendars
    on
        joined.clock_rep_id = calendars.rep_id
        and joined.clock_at >= calendars.valid_from_at
        and joined.clock_at < calendars.valid_to_at
