select
    ---------- ids
    source,
    load_id,

    ---------- text
    file,
    entity,
    sha256,

    ---------- numbers
    records_read,
    records_landed,
    records_quarantined,
    records_repeated,
    cast({{ divide("records_quarantined", "records_read") }} as double) as quarantined_share,

    ---------- times
    extracted_at,
    loaded_at
from {{ source("raw", "loads") }}
