-- a lead's account: the one that the first rule to find any finds; of two that fit equally, neither
with

candidates as (

    select * from {{ ref("int_lead_candidates") }}

),

leads as (

    select * from {{ ref("stg_crm__leads") }}

),

identities as (

    select * from {{ ref("int_lead_identities") }}

),

accounts as (

    select * from {{ ref("int_account_identities") }}

),

contacts as (

    select
        contact_id,
        account_id,
        {{ email_address("email") }} as email_address
    from {{ ref("stg_crm__contacts") }}
    where not coalesce(is_deleted, false) and not is_vanished

),

ranked as (

    select
        *,
        min(priority) over (partition by lead_id) as first_priority
    from candidates

),

decided as (

    select
        lead_id,
        min(rule) as match_rule,
        max(opportunity_days) as opportunity_days,
        count(distinct account_id) as account_count,
        case when count(distinct account_id) = 1 then min(account_id) end as account_id
    from ranked
    where priority = first_priority
    group by lead_id

),

-- the contact with the lead's address at that account; of two, neither
people as (

    select
        decided.lead_id,
        case when count(distinct contacts.contact_id) = 1 then min(contacts.contact_id) end as contact_id
    from decided
    inner join identities
        on decided.lead_id = identities.lead_id
    inner join contacts
        on identities.email_address = contacts.email_address
    inner join accounts
        on contacts.account_id = accounts.account_id and decided.account_id = accounts.master_id
    group by decided.lead_id

)

select
    decided.lead_id,
    decided.account_id,
    coalesce(made.contact_id, people.contact_id) as contact_id,
    decided.match_rule,
    decided.opportunity_days,
    decided.account_count,
    decided.account_count > 1 as is_tied
from decided
inner join leads
    on decided.lead_id = leads.lead_id
left join people
    on decided.lead_id = people.lead_id
left join contacts as made
    on leads.converted_contact_id = made.contact_id
