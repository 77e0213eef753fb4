-- faults of the data that the marts found, by kind; what is in quarantine stands by itself
select
    ---------- text
    fault,
    record_type,

    ---------- numbers
    cast(row_number() over (order by count(*) desc, fault asc, record_type asc) as integer) as sort_order,
    cast(count(*) as bigint) as records
from {{ ref("data_faults") }}
where fault <> 'quarantined'
group by fault, record_type
