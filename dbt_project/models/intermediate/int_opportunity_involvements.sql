-- who and what was involved in each closed deal up to its booked date: the people who take part in it and
-- those of its activities; the activities that took place, the deal's own and those with the leads that became it
with

closings as (

    select * from {{ ref("int_opportunity_closings") }}

),

leads as (

    select * from {{ ref("int_opportunity_leads") }}

),

participants as (

    select * from {{ ref("int_opportunity_contacts") }}

),

activities as (

    select * from {{ ref("fct_activities") }}
    where is_completed

),

-- an activity that names both the deal and its lead is the deal's own
touches as (

    select
        opportunity_id,
        contact_id,
        occurred_date
    from activities
    where opportunity_id is not null
    union all
    select
        leads.opportunity_id,
        activities.contact_id,
        activities.occurred_date
    from activities
    inner join leads
        on
            activities.lead_id = leads.lead_id
            and (activities.opportunity_id is null or activities.opportunity_id != leads.opportunity_id)

),

touches_in_time as (

    select
        touches.opportunity_id,
        touches.contact_id
    from touches
    inner join closings
        on touches.opportunity_id = closings.opportunity_id
    where closings.booked_date is null or coalesce(touches.occurred_date <= closings.booked_date, true)

),

people as (

    select
        opportunity_id,
        contact_id
    from touches_in_time
    where contact_id is not null
    union distinct
    select
        opportunity_id,
        contact_id
    from participants

),

contact_counts as (

    select
        opportunity_id,
        count(*) as contacts
    from people
    group by opportunity_id

),

activity_counts as (

    select
        opportunity_id,
        count(*) as activities
    from touches_in_time
    group by opportunity_id

)

select
    closings.opportunity_id,
    coalesce(contact_counts.contacts, 0) as contacts_involved,
    coalesce(activity_counts.activities, 0) as activities_involved
from closings
left join contact_counts
    on closings.opportunity_id = contact_counts.opportunity_id
left join activity_counts
    on closings.opportunity_id = activity_counts.opportunity_id
