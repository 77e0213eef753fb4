-- the leads that became each deal: those that name it, and those that name none and were converted to a person of it
select
    converted_opportunity_id as opportunity_id,
    lead_id
from {{ ref("fct_leads") }}
where converted_opportunity_id is not null and not is_deleted
