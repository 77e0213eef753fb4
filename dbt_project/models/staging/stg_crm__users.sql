with

records as (

    {{ current_records("user") }}

),

typed as (

    select
        ---------- ids
        records._source as source,
        {{ qualified_id("records.user_id", "records._source") }} as user_id,
        {{ qualified_id("records.role_id", "records._source") }} as role_id,
        {{ qualified_id("records.manager_id", "records._source") }} as manager_id,

        ---------- text
        records.user_name,
        records.email,
        records.team,
        records.title,
        records.region,
        records.time_zone,
        records.calendar,
        records.locale,
        records._file as file,

        ---------- numbers
        records._line as line,

        ---------- flags
        {{ safe_cast("records.is_active", "boolean") }} as is_active,
        {{ safe_cast("records.is_human", "boolean") }} as is_human,
        length(records.created_at) = 10 as is_created_date_only,
        length(records.modified_at) = 10 as is_modified_date_only,

        ---------- dates
        {{ safe_cast("records.hire_date", "date") }} as hire_date,
        {{ safe_cast("records.leave_date", "date") }} as leave_date,
        {{ day_of("records.created_at") }} as created_date,
        {{ day_of("records.modified_at") }} as modified_date,

        ---------- times
        {{ instant_of("records.created_at") }} as created_at,
        {{ instant_of("records.modified_at") }} as modified_at,
        records.last_sighted_at
    from records

)

select * from typed
