-- the accounts that each rule finds for a lead
with

rules as (

    select * from {{ ref("stg_config__lead_match_rules") }}

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

opportunities as (

    select * from {{ ref("stg_crm__opportunities") }}

),

-- the account that the CRM made of it, otherwise that of the contact or the opportunity that it made
conversions as (

    select
        leads.lead_id,
        coalesce(leads.converted_account_id, contacts.account_id, opportunities.account_id) as account_id
    from leads
    left join contacts
        on leads.converted_contact_id = contacts.contact_id
    left join opportunities
        on leads.converted_opportunity_id = opportunities.opportunity_id

),

alike as (

    select conversions.lead_id, accounts.master_id, accounts.master_source, 'converted_record' as compares
    from conversions
    inner join accounts
        on conversions.account_id = accounts.account_id

    union all

    select identities.lead_id, accounts.master_id, accounts.master_source, 'contact_email' as compares
    from identities
    inner join contacts
        on identities.email_address = contacts.email_address
    inner join accounts
        on contacts.account_id = accounts.account_id

    union all

    select identities.lead_id, accounts.master_id, accounts.master_source, 'email_domain' as compares
    from identities
    inner join accounts
        on identities.company_domain = accounts.website_domain

    union all

    select identities.lead_id, accounts.master_id, accounts.master_source, 'company_name_and_country' as compares
    from identities
    inner join accounts
        on identities.company_key = accounts.company_key and identities.country_key = accounts.country_key

    union all

    select identities.lead_id, accounts.master_id, accounts.master_source, 'company_name' as compares
    from identities
    inner join accounts
        on
            identities.company_key = accounts.company_key
            and coalesce(identities.country_key, accounts.country_key, '')
            = coalesce(accounts.country_key, identities.country_key, '')

)

select distinct
    alike.lead_id,
    alike.master_id as account_id,
    rules.rule,
    rules.priority,
    rules.opportunity_days
from alike
inner join rules
    on
        alike.compares = rules.compares
        and (rules.account_source is null or alike.master_source = rules.account_source)
