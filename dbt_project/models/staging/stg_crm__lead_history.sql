-- what the CRM recorded stays true when a later export no longer lists it
with

records as (

    {{ current_records("lead_history") }}

),

typed as (

    select
        ---------- ids
        records._source as source,
        {{ qualified_id("records._key", "records._source") }} as lead_change_id,
        {{ qualified_id("records.lead_id", "records._source") }} as lead_id,
        {{ qualified_id("records.changed_by", "records._source") }} as changed_by,

        ---------- text
        records.attribute,
        {% for value in ["old_value", "new_value"] -%}
            case
                when records.attribute = 'owner' then {{ qualified_id("records." ~ value, "records._source") }}
                else records.{{ value }}
            end as {{ value }},
        {% endfor -%}
        records._file as file,

        ---------- numbers
        {{ safe_cast("records.sequence", "bigint") }} as sequence,
        records._line as line,

        ---------- flags
        length(records.changed_at) = 10 as is_changed_date_only,
        coalesce({{ safe_cast("records.has_old_value", "boolean") }}, records.old_value is not null) as has_old_value,

        ---------- times
        {{ instant_of("records.changed_at") }} as changed_at
    from records

)

select * from typed
