-- how long each content of an opportunity's record was seen: consecutive sightings of one content, in order
-- of extraction, and its absence from extractions that list every record
with

sightings as (

    select * from {{ ref("stg_crm__opportunity_sightings") }}

),

extractions as (

    select * from {{ ref("stg_crm__opportunity_extractions") }}

),

-- a record that is in quarantine was there, though its content is unknown
presences as (

    select
        opportunity_id,
        source,
        extracted_at,
        lead(extracted_at) over (partition by opportunity_id order by extracted_at) as next_extracted_at
    from sightings

),

absences as (

    select
        presences.opportunity_id,
        extractions.next_full_extracted_at as extracted_at,
        extractions.next_full_loaded_at as loaded_at
    from presences
    inner join extractions
        on
            presences.source = extractions.source
            and presences.extracted_at = extractions.extracted_at
    where
        extractions.next_full_extracted_at < presences.next_extracted_at
        or (presences.next_extracted_at is null and extractions.next_full_extracted_at is not null)

),

contents as (

    select
        opportunity_id,
        record_hash,
        extracted_at,
        loaded_at
    from sightings
    where record_hash is not null

    union all

    select
        opportunity_id,
        'absent' as record_hash,
        extracted_at,
        loaded_at
    from absences

),

changes as (

    select
        *,
        case
            when record_hash = lag(record_hash) over (partition by opportunity_id order by extracted_at) then 0
            else 1
        end as is_new
    from contents

),

numbered as (

    select
        *,
        sum(is_new) over (
            partition by opportunity_id order by extracted_at
            rows between unbounded preceding and current row
        ) as observation_number
    from changes

)

select
    opportunity_id,
    cast(observation_number as integer) as observation_number,
    min(record_hash) as record_hash,
    min(record_hash) != 'absent' as is_present,
    min(extracted_at) as observed_at,
    max(extracted_at) as last_observed_at,
    min(loaded_at) as first_known_at
from numbered
group by opportunity_id, observation_number
