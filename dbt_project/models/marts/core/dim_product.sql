select
    ---------- ids
    product_id,

    ---------- text
    source,
    product_name,
    family,
    currency,

    ---------- numbers
    list_price,
    unit_cost,

    ---------- flags
    coalesce(is_active, true) as is_active,
    coalesce(is_deleted, false) or is_vanished as is_deleted,

    ---------- times
    created_at
from {{ ref("stg_crm__products") }}
where created_at is null or created_at < {{ as_of_end() }}
