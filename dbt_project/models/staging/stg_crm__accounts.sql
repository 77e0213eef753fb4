with

records as (

    {{ current_records("account") }}

),

typed as (

    select
        ---------- ids
        records._source as source,
        {{ qualified_id("records.account_id", "records._source") }} as account_id,
        {{ qualified_id("records.parent_id", "records._source") }} as parent_id,
        {{ qualified_id("records.owner_id", "records._source") }} as owner_id,
        {{ qualified_id("records.merged_into_id", "records._source") }} as merged_into_id,

        ---------- text
        records.account_name,
        records.account_type,
        records.website,
        records.industry,
        records.country,
        records.region,
        records.city,
        records.postal_code,
        records.currency,
        records.crm_territory,
        records._file as file,

        ---------- numbers
        {{ safe_cast("records.employees", "bigint") }} as employees,
        {{ safe_cast("records.annual_revenue", "decimal(18, 2)") }} as annual_revenue,
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
