select
    ---------- ids
    lead_id,
    owner_id,
    campaign_id,
    converted_account_id,
    converted_contact_id,
    converted_opportunity_id,
    merged_into_id,

    ---------- text
    source,
    company,
    title,
    persona,
    status,
    lead_source,
    lead_type,
    industry,
    country,
    region,
    postal_code,

    ---------- numbers
    employees,
    annual_revenue,

    ---------- flags
    converted_at is not null as is_converted,
    coalesce(is_deleted, false) or is_vanished as is_deleted,
    coalesce(is_created_date_only, false) as is_created_date_only,

    ---------- dates
    created_date,
    converted_date,

    ---------- times
    created_at,
    converted_at
from {{ ref("stg_crm__leads") }}
where created_at is null or created_at < {{ as_of_end() }}
