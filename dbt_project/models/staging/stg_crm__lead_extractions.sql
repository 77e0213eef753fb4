select
    _source as source,
    _extracted_at as extracted_at
from {{ source("raw", "extractions") }}
where entity = 'lead'
group by _source, _extracted_at
having
    max(case when is_full_export then 1 else 0 end) = 1
    and max(case when is_tombstone_suspended then 1 else 0 end) = 0
