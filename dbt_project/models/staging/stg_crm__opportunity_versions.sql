with

contents as (

    select
        *,
        row_number() over (
            partition by _source, _key, _record_hash order by _extracted_at, _load_id, _line
        ) as content_number
    from {{ source("raw", "opportunity") }}

),

versions as (

    select * from contents
    where content_number = 1

),

value_names as (

    select * from {{ ref("stg_config__value_alias") }}

),

typed as (

    select
        ---------- ids
        versions._source as source,
        {{ qualified_id("versions.opportunity_id", "versions._source") }} as opportunity_id,
        {{ qualified_id("versions.account_id", "versions._source") }} as account_id,
        {{ qualified_id("versions.owner_id", "versions._source") }} as owner_id,
        {{ qualified_id("versions.contact_id", "versions._source") }} as contact_id,
        {{ qualified_id("versions.campaign_id", "versions._source") }} as campaign_id,
        {{ qualified_id("versions.merged_into_id", "versions._source") }} as merged_into_id,

        ---------- text
        versions.opportunity_name,
        versions.pipeline,
        coalesce(opportunity_type_names.value, versions.opportunity_type) as opportunity_type,
        versions.stage,
        versions.currency,
        coalesce(forecast_category_names.value, versions.forecast_category) as forecast_category,
        versions.next_step,
        versions.loss_reason,
        versions.lead_source,
        versions.crm_territory,
        versions.product_line,
        versions._record_hash as record_hash,

        ---------- numbers
        {{ safe_cast("versions.amount", "decimal(18, 2)") }} as amount,
        {{ safe_cast("versions.total_contract_value", "decimal(18, 2)") }} as total_contract_value,
        {{ safe_cast("versions.annual_recurring_value", "decimal(18, 2)") }} as annual_recurring_value,
        {{ safe_cast("versions.one_time_value", "decimal(18, 2)") }} as one_time_value,
        {{ safe_cast("versions.cost", "decimal(18, 2)") }} as cost,
        {{ safe_cast("versions.term_months", "decimal(18, 2)") }} as term_months,
        {{ safe_cast("versions.probability", "decimal(18, 6)") }} as probability,

        ---------- flags
        length(versions.closed_at) = 10 as is_closed_date_only,
        {{ safe_cast("versions.is_deleted", "boolean") }} as is_deleted,
        length(versions.created_at) = 10 as is_created_date_only,
        length(versions.modified_at) = 10 as is_modified_date_only,

        ---------- dates
        {{ safe_cast("versions.contract_start_date", "date") }} as contract_start_date,
        {{ safe_cast("versions.close_date", "date") }} as close_date,
        {{ day_of("versions.closed_at") }} as closed_date,
        {{ day_of("versions.created_at") }} as created_date,
        {{ day_of("versions.modified_at") }} as modified_date,

        ---------- times
        {{ instant_of("versions.closed_at") }} as closed_at,
        {{ instant_of("versions.created_at") }} as created_at,
        {{ instant_of("versions.modified_at") }} as modified_at
    from versions
    left join value_names as opportunity_type_names
        on
            versions._source = opportunity_type_names.source
            and opportunity_type_names.attribute = 'opportunity_type'
            and versions.opportunity_type = opportunity_type_names.name
    left join value_names as forecast_category_names
        on
            versions._source = forecast_category_names.source
            and forecast_category_names.attribute = 'forecast_category'
            and versions.forecast_category = forecast_category_names.name

)

select * from typed
