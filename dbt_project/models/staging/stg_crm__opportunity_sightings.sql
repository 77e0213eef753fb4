-- a quarantined record was there, though its content is unknown
with

sightings as (

    select * from {{ source("raw", "opportunity_sightings") }}

),

quarantined as (

    select * from {{ source("raw", "quarantine") }}
    where entity = 'opportunity' and record_key is not null

),

extractions as (

    select * from {{ source("raw", "extractions") }}
    where entity = 'opportunity'

),

everything as (

    select
        _source as source,
        _key as record_key,
        _record_hash as record_hash,
        _extracted_at as extracted_at,
        _loaded_at as loaded_at,
        _line as line
    from sightings

    union all

    select
        quarantined.source,
        quarantined.record_key,
        cast(null as {{ dbt.type_string() }}) as record_hash,
        quarantined.extracted_at,
        extractions._loaded_at as loaded_at,
        quarantined.line
    from quarantined
    inner join extractions
        on quarantined.load_id = extractions._load_id

),

ranked as (

    select
        *,
        row_number() over (
            partition by source, record_key, extracted_at
            order by case when record_hash is null then 1 else 0 end, loaded_at desc, line desc
        ) as choice
    from everything

)

select
    source,
    {{ qualified_id("record_key", "source") }} as opportunity_id,
    record_hash,
    extracted_at,
    loaded_at
from ranked
where choice = 1
