-- the leads that became each deal: those that the CRM made into it, and those whose person takes part in it; a lead that
-- merely comes from the same account is another person's story
select
    matched_opportunity_id as opportunity_id,
    lead_id
from {{ ref("fct_leads") }}
where
    matched_opportunity_id is not null
    and opportunity_rule in ('converted', 'contact')
    and not is_deleted
