-- every lead stands once; it has an account exactly when one account fits, an opportunity only by a way that is named, and
-- a person who is a lead
select
    leads.lead_id,
    leads.match_rule,
    leads.matching_accounts
from {{ ref("fct_leads") }} as leads
left join {{ ref("stg_crm__leads") }} as people
    on leads.person_id = people.lead_id
where
    (leads.matched_account_id is not null) <> (leads.matching_accounts = 1)
    or leads.is_match_tied <> (leads.matching_accounts > 1)
    or (leads.match_rule is null) <> (leads.matching_accounts = 0)
    or (leads.opportunity_rule is null) <> (leads.matched_opportunity_id is null)
    or (leads.opportunity_rule = 'converted' and leads.matched_opportunity_id <> leads.converted_opportunity_id)
    or people.lead_id is null

union all

select
    null as lead_id,
    'leads in the mart and in the records' as match_rule,
    counted.in_mart - counted.in_records as matching_accounts
from (
    select
        (select count(*) from {{ ref("fct_leads") }}) as in_mart,
        (
            select count(*) from {{ ref("stg_crm__leads") }}
            where created_at is null or created_at < {{ as_of_end() }}
        ) as in_records
) as counted
where counted.in_mart <> counted.in_records
