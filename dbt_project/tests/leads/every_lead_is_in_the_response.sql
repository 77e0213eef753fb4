-- every lead that is not deleted has its row, those that nobody contacted and those that are still open too
with

leads as (

    select
        count(*) as leads,
        sum(case when is_converted then 1 else 0 end) as converted
    from {{ ref("fct_leads") }}
    where not is_deleted

),

responses as (

    select
        count(*) as leads,
        sum(case when leads.is_converted then 1 else 0 end) as converted
    from {{ ref("funnel_lead_response") }} as responses
    inner join {{ ref("fct_leads") }} as leads
        on responses.lead_id = leads.lead_id

)

select leads.*
from leads
cross join responses
where leads.leads <> responses.leads or leads.converted <> responses.converted
