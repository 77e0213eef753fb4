with

records as (

    {{ current_records("activity") }}

),

value_names as (

    select * from {{ ref("stg_config__value_alias") }}

),

typed as (

    select
        ---------- ids
        records._source as source,
        {{ qualified_id("records.activity_id", "records._source") }} as activity_id,
        {{ qualified_id("records.user_id", "records._source") }} as user_id,
        {{ qualified_id("records.account_id", "records._source") }} as account_id,
        {{ qualified_id("records.opportunity_id", "records._source") }} as opportunity_id,
        {{ qualified_id("records.lead_id", "records._source") }} as lead_id,
        {{ qualified_id("records.contact_id", "records._source") }} as contact_id,
        {{ qualified_id("records.who_id", "records._source") }} as who_id,
        {{ qualified_id("records.what_id", "records._source") }} as what_id,

        ---------- text
        coalesce(activity_type_names.value, records.activity_type) as activity_type,
        records.subject,
        records.direction,
        records.status,
        coalesce(status_names.value, records.status) as status_meant,
        records.outcome,
        records._file as file,

        ---------- numbers
        {{ safe_cast("records.duration_minutes", "decimal(18, 2)") }} as duration_minutes,
        records._line as line,

        ---------- flags
        {{ safe_cast("records.is_human", "boolean") }} as is_human,
        length(records.occurred_at) = 10 as is_occurred_date_only,
        {{ safe_cast("records.is_deleted", "boolean") }} as is_deleted,
        records.is_vanished,
        length(records.created_at) = 10 as is_created_date_only,
        length(records.modified_at) = 10 as is_modified_date_only,

        ---------- dates
        {{ day_of("records.occurred_at") }} as occurred_date,
        {{ day_of("records.created_at") }} as created_date,
        {{ day_of("records.modified_at") }} as modified_date,

        ---------- times
        {{ instant_of("records.occurred_at") }} as occurred_at,
        {{ instant_of("records.created_at") }} as created_at,
        {{ instant_of("records.modified_at") }} as modified_at,
        records.last_sighted_at
    from records
    left join value_names as activity_type_names
        on
            records._source = activity_type_names.source
            and activity_type_names.attribute = 'activity_type'
            and records.activity_type = activity_type_names.name
    left join value_names as status_names
        on
            records._source = status_names.source
            and status_names.attribute = 'activity_status'
            and records.status = status_names.name

)

select * from typed
