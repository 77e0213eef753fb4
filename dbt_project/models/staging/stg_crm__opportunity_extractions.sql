-- a record that is not in a full extraction had vanished by then, unless a key of that extraction was unreadable
with

extractions as (

    select
        _source as source,
        _extracted_at as extracted_at,
        min(_loaded_at) as loaded_at,
        max(case when is_full_export and not is_tombstone_suspended then 1 else 0 end) as counts_absences
    from {{ source("raw", "extractions") }}
    where entity = 'opportunity'
    group by _source, _extracted_at

),

followed as (

    select
        source,
        extracted_at,
        min(case when counts_absences = 1 then extracted_at end) over (
            partition by source order by extracted_at
            rows between 1 following and unbounded following
        ) as next_full_extracted_at
    from extractions

)

select
    followed.source,
    followed.extracted_at,
    followed.next_full_extracted_at,
    extractions.loaded_at as next_full_loaded_at
from followed
left join extractions
    on
        followed.source = extractions.source
        and followed.next_full_extracted_at = extractions.extracted_at
