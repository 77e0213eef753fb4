with

leads as (

    select * from {{ ref("stg_crm__leads") }}

),

identities as (

    select * from {{ ref("int_lead_identities") }}

),

matches as (

    select * from {{ ref("int_lead_matches") }}

),

opportunities as (

    select * from {{ ref("int_lead_opportunities") }}

)

select
    ---------- ids
    leads.lead_id,
    identities.person_id,
    leads.owner_id,
    leads.campaign_id,
    leads.converted_account_id,
    leads.converted_contact_id,
    leads.converted_opportunity_id,
    leads.merged_into_id,
    matches.account_id as matched_account_id,
    matches.contact_id as matched_contact_id,
    opportunities.opportunity_id as matched_opportunity_id,

    ---------- text
    leads.source,
    leads.company,
    leads.title,
    leads.persona,
    leads.status,
    leads.lead_source,
    leads.lead_type,
    leads.industry,
    leads.country,
    leads.region,
    leads.postal_code,
    matches.match_rule,
    opportunities.opportunity_rule,

    ---------- numbers
    leads.employees,
    leads.annual_revenue,
    cast(coalesce(matches.account_count, 0) as integer) as matching_accounts,

    ---------- flags
    leads.converted_at is not null as is_converted,
    coalesce(matches.is_tied, false) as is_match_tied,
    coalesce(leads.is_deleted, false) or leads.is_vanished as is_deleted,
    coalesce(leads.is_created_date_only, false) as is_created_date_only,

    ---------- dates
    leads.created_date,
    leads.converted_date,

    ---------- times
    leads.created_at,
    leads.converted_at
from leads
inner join identities
    on leads.lead_id = identities.lead_id
left join matches
    on leads.lead_id = matches.lead_id
left join opportunities
    on leads.lead_id = opportunities.lead_id
where leads.created_at is null or leads.created_at < {{ as_of_end() }}
