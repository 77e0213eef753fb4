-- each account's attributes by interval, as extractions showed them; the first holds from the beginning
select
    account_id,
    owner_id,
    parent_id,
    account_name,
    account_type,
    industry,
    country,
    region,
    city,
    postal_code,
    crm_territory,
    employees,
    annual_revenue,
    valid_from_at,
    valid_to_at
from {{ ref("stg_crm__account_versions") }}
