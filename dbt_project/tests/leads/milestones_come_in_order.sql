-- a lead is won no sooner than its opportunity opened, which is no sooner than sales qualified it, and that than marketing
select *
from {{ ref("int_lead_journeys") }}
where
    mql_date < started_date
    or sql_date < mql_date
    or opportunity_date < sql_date
    or won_date < opportunity_date
    or (accepted_date is not null and rejected_date is not null)
    or accepted_date < mql_date
    or rejected_date < mql_date
