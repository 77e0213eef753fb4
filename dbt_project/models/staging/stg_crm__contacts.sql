with

records as (

    {{ current_records("contact") }}

),

typed as (

    select
        ---------- ids
        records._source as source,
        {{ qualified_id("records.contact_id", "records._source") }} as contact_id,
        {{ qualified_id("records.account_id", "records._source") }} as account_id,
        {{ qualified_id("records.owner_id", "records._source") }} as owner_id,
        {{ qualified_id("records.merged_into_id", "records._source") }} as merged_into_id,

        ---------- text
        records.contact_name,
        records.email,
        records.title,
        records._file as file,

        ---------- numbers
        records._line as line,

        ---------- flags
        {{ safe_cast("records.is_deleted", "boolean") }} as is_deleted,
        records.is_vanished,
        length(records.created_at) = 10 as is_created_date_only,
        length(records.modified_at) = 10 as is_modified_date_only,

        ---------- dates
        {{ day_of("records.created_at") }} as created_date,
        {{ day_of("records.modified_at") }} as modified_date,

        ---------- times
        {{ instant_of("records.created_at") }} as created_at,
        {{ instant_of("records.modified_at") }} as modified_at,
        records.last_sighted_at
    from records

)

select * from typed
