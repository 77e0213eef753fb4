-- what did not land of each source's latest load, by reason; counts only
with

loads as (

    select * from {{ ref("loads") }}

),

latest_loads as (

    select
        source,
        entity,
        load_id,
        row_number() over (partition by source, entity order by extracted_at desc, load_id desc) as loads_ago
    from (
        select distinct
            source,
            entity,
            load_id,
            extracted_at
        from loads
        union
        select distinct
            source,
            null as entity,
            load_id,
            extracted_at
        from loads
    ) as loaded

),

quarantined as (

    select * from {{ source("raw", "quarantine") }}

)

select
    ---------- text
    quarantined.source,
    quarantined.entity,
    quarantined.column_name,
    quarantined.reason,

    ---------- numbers
    cast(row_number() over (
        order by
            count(*) desc, quarantined.source asc, quarantined.entity asc, quarantined.column_name asc, quarantined.reason asc
    ) as integer) as sort_order,
    cast(count(*) as bigint) as records
from quarantined
inner join latest_loads
    on
        quarantined.source = latest_loads.source
        and quarantined.load_id = latest_loads.load_id
        and coalesce(quarantined.entity, '') = coalesce(latest_loads.entity, '')
        and latest_loads.loads_ago = 1
group by quarantined.source, quarantined.entity, quarantined.column_name, quarantined.reason
