-- a row's latest content, with when it was first told
with

stored as (

    select
        *,
        row_number() over (partition by _source, _key order by _extracted_at, _loaded_at, _line) as first_number,
        row_number() over (partition by _source, _key order by _extracted_at desc, _loaded_at desc, _line desc) as last_number
    from {{ source("raw", "lead_history") }}

),

first_told as (

    select * from stored
    where first_number = 1

),

latest as (

    select * from stored
    where last_number = 1

),

final as (

    select
        ---------- ids
        latest._source as source,
        latest.history_id,
        {{ qualified_id("latest.lead_id", "latest._source") }} as lead_id,
        {{ qualified_id("latest.changed_by", "latest._source") }} as changed_by,

        ---------- text
        latest.attribute,
        {% for value in ["old_value", "new_value"] -%}
            case
                when latest.attribute = 'owner' then {{ qualified_id("latest." ~ value, "latest._source") }}
                else latest.{{ value }}
            end as {{ value }},
        {% endfor %}
        ---------- numbers
        {{ safe_cast("latest.sequence", "bigint") }} as sequence,
        first_told._line as line,

        ---------- flags
        coalesce({{ safe_cast("latest.has_old_value", "boolean") }}, latest.old_value is not null) as has_old_value,
        length(latest.changed_at) = 10 as is_changed_date_only,

        ---------- times
        {{ instant_of("latest.changed_at") }} as changed_at,
        first_told._extracted_at as extracted_at,
        first_told._loaded_at as loaded_at
    from latest
    inner join first_told
        on latest._source = first_told._source and latest._key = first_told._key

)

select * from final
