-- what the latest load of each source held, by kind of record
with

loads as (

    select
        *,
        dense_rank() over (partition by source, entity order by extracted_at desc, load_id desc) as loads_ago
    from {{ ref("loads") }}

)

select
    ---------- text
    source,
    entity,

    ---------- numbers
    cast(row_number() over (order by source, entity) as integer) as sort_order,
    cast(sum(records_read) as bigint) as records_read,
    cast(sum(records_landed) as bigint) as records_landed,
    cast(sum(records_repeated) as bigint) as records_repeated,
    cast(sum(records_quarantined) as bigint) as records_quarantined
from loads
where loads_ago = 1 and entity is not null
group by source, entity
