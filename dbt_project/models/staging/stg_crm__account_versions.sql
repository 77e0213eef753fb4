with

versions as (

    {{ record_versions("account") }}

),

typed as (

    select
        ---------- ids
        versions._source as source,
        {{ qualified_id("versions.account_id", "versions._source") }} as account_id,
        {{ qualified_id("versions.parent_id", "versions._source") }} as parent_id,
        {{ qualified_id("versions.owner_id", "versions._source") }} as owner_id,
        {{ qualified_id("versions.merged_into_id", "versions._source") }} as merged_into_id,

        ---------- text
        versions.account_name,
        versions.account_type,
        versions.industry,
        versions.country,
        versions.region,
        versions.city,
        versions.postal_code,
        versions.currency,
        versions.crm_territory,

        ---------- numbers
        {{ safe_cast("versions.employees", "bigint") }} as employees,
        {{ safe_cast("versions.annual_revenue", "decimal(18, 2)") }} as annual_revenue,

        ---------- flags
        {{ safe_cast("versions.is_deleted", "boolean") }} as is_deleted,
        length(versions.created_at) = 10 as is_created_date_only,
        length(versions.modified_at) = 10 as is_modified_date_only,

        ---------- dates
        {{ day_of("versions.created_at") }} as created_date,
        {{ day_of("versions.modified_at") }} as modified_date,

        ---------- times
        {{ instant_of("versions.created_at") }} as created_at,
        {{ instant_of("versions.modified_at") }} as modified_at,
        versions.valid_from_at,
        versions.valid_to_at
    from versions

)

select * from typed
