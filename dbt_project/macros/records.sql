{# Records of raw: source-qualified ids, and which stored content held when. #}

{# A record's own id, unique over all sources whatever the id holds: two CRMs may call different records alike. #}
{% macro qualified_id(id, source="_source") -%}
    {{ source }} || ':' || {{ id }}
{%- endmacro %}


{# An id as a person or a feed gave it, who may have named its source. #}
{% macro given_id(id, source="_source") -%}
    case when {{ id }} like '%:%' then {{ id }} else {{ source }} || ':' || {{ id }} end
{%- endmacro %}


{# One row a record: its content at the last extraction that showed it, and whether it had vanished by as_of: a later
   full extraction, seen as a whole, does not list it. A key in quarantine was there. #}
{% macro current_records(entity) -%}
    select
        contents.*,
        sighted.last_sighted_at,
        coalesce(
            listed.extracted_at > sighted.last_sighted_at
            and (unread.last_unread_at is null or listed.extracted_at > unread.last_unread_at),
            false
        ) as is_vanished
    from (
        select
            *,
            row_number() over (
                partition by _source, _key, _record_hash order by _extracted_at, _load_id, _line
            ) as content_number
        from {{ source("raw", entity) }}
    ) as contents
    inner join (
        select
            _source,
            _key,
            _record_hash,
            _extracted_at as last_sighted_at,
            row_number() over (
                partition by _source, _key order by _extracted_at desc, _loaded_at desc, _line desc
            ) as sighting_number
        from {{ source("raw", entity ~ "_sightings") }}
    ) as sighted
        on
            contents._source = sighted._source
            and contents._key = sighted._key
            and contents._record_hash = sighted._record_hash
    left join (
        select _source, max(extracted_at) as extracted_at
        from (
            select _source, _extracted_at as extracted_at
            from {{ source("raw", "extractions") }}
            where entity = '{{ entity }}' and _extracted_at < {{ as_of_end() }}
            group by _source, _extracted_at
            having
                max(case when is_full_export then 1 else 0 end) = 1
                and max(case when is_tombstone_suspended then 1 else 0 end) = 0
        ) as counted
        group by _source
    ) as listed
        on contents._source = listed._source
    left join (
        select source, record_key, max(extracted_at) as last_unread_at
        from {{ source("raw", "quarantine") }}
        where entity = '{{ entity }}' and record_key is not null
        group by source, record_key
    ) as unread
        on contents._source = unread.source and contents._key = unread.record_key
    where contents.content_number = 1 and sighted.sighting_number = 1
{%- endmacro %}


{# One row for each time a record's content changed: the content, from when it held, until when, and the extraction that
   first showed it. A change is dated at the record's modification when that lies between the two extractions, otherwise
   at the later one. #}
{% macro record_versions(entity) -%}
    select
        contents.*,
        changes.is_first,
        changes.extracted_at as observed_at,
        case
            when changes.is_first then {{ beginning_of_time() }}
            else changes.changed_at
        end as valid_from_at,
        coalesce(
            lead(changes.changed_at) over (
                partition by contents._source, contents._key order by changes.extracted_at
            ),
            {{ end_of_time() }}
        ) as valid_to_at
    from (
        select
            dated._source,
            dated._key,
            dated._record_hash,
            dated.extracted_at,
            dated.previous_extracted_at is null as is_first,
            case
                when
                    {{ instant_of("moments.modified_at") }} > dated.previous_extracted_at
                    and {{ instant_of("moments.modified_at") }} <= dated.extracted_at
                    then {{ instant_of("moments.modified_at") }}
                else dated.extracted_at
            end as changed_at
        from (
            select
                _source,
                _key,
                _record_hash,
                _extracted_at as extracted_at,
                lag(_record_hash) over (partition by _source, _key order by _extracted_at, _line) as previous_hash,
                lag(_extracted_at) over (partition by _source, _key order by _extracted_at, _line) as previous_extracted_at
            from {{ source("raw", entity ~ "_sightings") }}
        ) as dated
        inner join (
            select _source, _key, _record_hash, min(modified_at) as modified_at
            from {{ source("raw", entity) }}
            group by _source, _key, _record_hash
        ) as moments
            on
                dated._source = moments._source
                and dated._key = moments._key
                and dated._record_hash = moments._record_hash
        where dated.previous_hash is null or dated.previous_hash <> dated._record_hash
    ) as changes
    inner join (
        select
            *,
            row_number() over (
                partition by _source, _key, _record_hash order by _extracted_at, _load_id, _line
            ) as content_number
        from {{ source("raw", entity) }}
    ) as contents
        on
            changes._source = contents._source
            and changes._key = contents._key
            and changes._record_hash = contents._record_hash
    where contents.content_number = 1
{%- endmacro %}
