-- the names of every source; a source's own row goes before one for any source
with

aliases as (

    select * from {{ source("config", "value_alias") }}

),

sources as (

    select distinct _source as source from {{ source("raw", "extractions") }}

),

ranked as (

    select
        sources.source,
        aliases.attribute,
        aliases.name,
        aliases.value,
        row_number() over (
            partition by sources.source, aliases.attribute, aliases.name
            order by case when aliases.source is null then 1 else 0 end, aliases._line
        ) as choice
    from sources
    inner join aliases
        on aliases.source is null or sources.source = aliases.source

)

select
    source,
    attribute,
    name,
    value
from ranked
where choice = 1
