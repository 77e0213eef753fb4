-- how old the latest export of each source is at the end of the day that the build is of
with

latest as (

    select
        loads.source,
        max(loads.extracted_at) as latest_extracted_at
    from {{ ref("loads") }} as loads
    group by loads.source

)

select
    ---------- text
    latest.source,

    ---------- numbers
    cast(row_number() over (order by latest.source) as integer) as sort_order,
    cast({{ elapsed_days("latest.latest_extracted_at", "build.as_of_ends_at") }} as decimal(18, 2)) as days_old,

    ---------- times
    latest.latest_extracted_at
from latest
cross join {{ ref("build") }} as build
