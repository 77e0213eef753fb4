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
    load_seconds,
    cast(
        {{ divide("sum(records_read) over (partition by source, load_id)", "load_seconds") }} as double
    ) as load_rows_per_second,

    ---------- times
    extracted_at,
    loaded_at,
    next_due_at
from {{ source("raw", "loads") }}
