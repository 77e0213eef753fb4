-- sources whose next export was due before the end of the day that the build is of
with

latest as (

    select
        loads.source,
        loads.extracted_at,
        loads.next_due_at,
        row_number() over (
            partition by loads.source order by loads.extracted_at desc, loads.loaded_at desc, loads.load_id asc
        ) as loads_ago
    from {{ ref("loads") }} as loads

)

select
    ---------- text
    latest.source,

    ---------- numbers
    cast(row_number() over (order by latest.source) as integer) as sort_order,

    ---------- times
    latest.extracted_at as latest_extracted_at,
    latest.next_due_at as due_at
from latest
inner join {{ ref("build") }} as build
    on latest.next_due_at < build.as_of_ends_at
where latest.loads_ago = 1
