with

versions as (

    {{ record_versions("user") }}

),

typed as (

    select
        ---------- ids
        versions._source as source,
        {{ qualified_id("versions.user_id", "versions._source") }} as user_id,
        {{ qualified_id("versions.role_id", "versions._source") }} as role_id,
        {{ qualified_id("versions.manager_id", "versions._source") }} as manager_id,

        ---------- text
        versions.user_name,
        versions.email,
        versions.team,
        versions.title,
        versions.role,
        versions.crm_territory,
        versions.region,
        versions.time_zone,
        versions.calendar,
        versions.locale,

        ---------- flags
        {{ safe_cast("versions.is_active", "boolean") }} as is_active,
        {{ safe_cast("versions.is_human", "boolean") }} as is_human,
        length(versions.created_at) = 10 as is_created_date_only,
        length(versions.modified_at) = 10 as is_modified_date_only,

        ---------- dates
        {{ safe_cast("versions.hire_date", "date") }} as hire_date,
        {{ safe_cast("versions.leave_date", "date") }} as leave_date,
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
