with

members as (

    select * from {{ ref("stg_crm__campaign_members") }}
    where not coalesce(is_deleted, false) and not is_vanished and (created_at is null or created_at < {{ as_of_end() }})

),

identities as (

    select * from {{ ref("int_lead_identities") }}

),

people as (

    select
        email_address,
        min(person_id) as person_id
    from identities
    where email_address is not null
    group by email_address

),

contacts as (

    select
        contact_id,
        {{ email_address("email") }} as email_address
    from {{ ref("stg_crm__contacts") }}

)

select
    ---------- ids
    members.member_id,
    members.campaign_id,
    members.lead_id,
    members.contact_id,
    coalesce(identities.person_id, people.person_id) as person_id,

    ---------- text
    members.source,
    members.status,

    ---------- flags
    coalesce(members.has_responded, members.first_responded_at is not null)
    and coalesce(members.first_responded_at < {{ as_of_end() }}, true) as has_responded,
    coalesce(members.is_first_responded_date_only, false) as is_first_responded_date_only,

    ---------- dates
    case when members.first_responded_at < {{ as_of_end() }} then members.first_responded_date end as first_responded_date,

    ---------- times
    case when members.first_responded_at < {{ as_of_end() }} then members.first_responded_at end as first_responded_at,
    members.created_at
from members
left join identities
    on members.lead_id = identities.lead_id
left join contacts
    on members.contact_id = contacts.contact_id
left join people
    on contacts.email_address = people.email_address
