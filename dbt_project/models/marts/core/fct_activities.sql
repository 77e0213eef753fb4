with

activities as (

    select * from {{ ref("stg_crm__activities") }}

),

leads as (

    select lead_id from {{ ref("stg_crm__leads") }}

),

contacts as (

    select contact_id, account_id from {{ ref("stg_crm__contacts") }}

),

accounts as (

    select account_id from {{ ref("stg_crm__accounts") }}

),

users as (

    select
        user_id,
        is_human
    from {{ ref("stg_crm__users") }}

),

opportunities as (

    select opportunity_id, account_id from {{ ref("stg_crm__opportunities") }}

),

-- the CRM's fields for "lead or contact" and "account or opportunity" are told apart by what they lead to
linked as (

    select
        activities.*,
        coalesce(activities.is_human, users.is_human, true) as is_done_by_human,
        coalesce(activities.lead_id, leads.lead_id) as of_lead_id,
        coalesce(activities.contact_id, contacts.contact_id) as of_contact_id,
        coalesce(activities.opportunity_id, opportunities.opportunity_id) as of_opportunity_id,
        coalesce(activities.account_id, accounts.account_id, opportunities.account_id, contacts.account_id) as of_account_id
    from activities
    left join users
        on activities.user_id = users.user_id
    left join leads
        on activities.who_id = leads.lead_id
    left join contacts
        on activities.who_id = contacts.contact_id
    left join accounts
        on activities.what_id = accounts.account_id
    left join opportunities
        on coalesce(activities.opportunity_id, activities.what_id) = opportunities.opportunity_id

)

select
    ---------- ids
    activity_id,
    user_id,
    of_account_id as account_id,
    of_opportunity_id as opportunity_id,
    of_lead_id as lead_id,
    of_contact_id as contact_id,

    ---------- text
    source,
    case when lower(activity_type) in ('call', 'email', 'meeting') then lower(activity_type) else 'task' end as activity_type,
    lower(direction) as direction,
    status,
    outcome,

    ---------- numbers
    duration_minutes,

    ---------- flags
    is_done_by_human as is_human,
    -- what has no status has taken place
    coalesce(lower(status_meant), 'completed') = 'completed' as is_completed,
    coalesce(is_occurred_date_only, false) as is_occurred_date_only,

    ---------- dates
    occurred_date,

    ---------- times
    occurred_at
from linked
where not coalesce(is_deleted, false) and not is_vanished and (occurred_at is null or occurred_at < {{ as_of_end() }})
