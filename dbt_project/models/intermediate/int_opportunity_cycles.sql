-- how long each closed deal took up to its booked date, by three clocks; a negative duration stands here as it is
with

closings as (

    select * from {{ ref("int_opportunity_closings") }}

),

visits as (

    select * from {{ ref("stage_visits") }}
    where subject_type = 'opportunity' and stage_kind = 'open'

),

starting_stage as (

    select * from {{ ref("int_stage_map_places") }}
    where stage = '{{ var("funnel_start_stage") }}'

),

leads as (

    select * from {{ ref("int_opportunity_leads") }}

),

activities as (

    select * from {{ ref("fct_activities") }}
    where is_human and is_completed

),

-- a deal that began beyond the first stage of the funnel is in it from its beginning
funnel_starts as (

    select
        visits.opportunity_id,
        min(visits.entered_date) as funnel_start_date
    from visits
    inner join starting_stage
        on
            visits.entered_date >= starting_stage.valid_from_date
            and visits.entered_date < starting_stage.valid_to_date
            and visits.stage_order >= starting_stage.stage_order
    group by visits.opportunity_id

),

first_contacts as (

    select
        leads.opportunity_id,
        min(activities.occurred_date) as first_contact_date
    from leads
    inner join activities
        on leads.lead_id = activities.lead_id
    group by leads.opportunity_id

)

select
    closings.*,
    funnel_starts.funnel_start_date,
    first_contacts.first_contact_date,
    {{ calendar_days(
        "closings.created_date",
        "closings.booked_date"
    ) }} as days_from_creation,
    {{ calendar_days(
        "funnel_starts.funnel_start_date",
        "closings.booked_date"
    ) }} as days_from_funnel_start,
    {{ calendar_days(
        "first_contacts.first_contact_date",
        "closings.booked_date"
    ) }} as days_from_first_contact
from closings
left join funnel_starts
    on closings.opportunity_id = funnel_starts.opportunity_id
left join first_contacts
    on closings.opportunity_id = first_contacts.opportunity_id
