with

records as (

    {{ current_records("opportunity") }}

),

value_names as (

    select * from {{ ref("stg_config__value_alias") }}

),

typed as (

    select
        ---------- ids
        records._source as source,
        {{ qualified_id("records.opportunity_id", "records._source") }} as opportunity_id,
        {{ qualified_id("records.account_id", "records._source") }} as account_id,
        {{ qualified_id("records.owner_id", "records._source") }} as owner_id,
        {{ qualified_id("records.contact_id", "records._source") }} as contact_id,
        {{ qualified_id("records.campaign_id", "records._source") }} as campaign_id,
        {{ qualified_id("records.merged_into_id", "records._source") }} as merged_into_id,

        ---------- text
        records.opportunity_name,
        records.pipeline,
        coalesce(opportunity_type_names.value, records.opportunity_type) as opportunity_type,
        records.stage,
        records.currency,
        coalesce(forecast_category_names.value, records.forecast_category) as forecast_category,
        records.next_step,
        records.loss_reason,
        records.lead_source,
        records.crm_territory,
        records.product_line,
        records._file as file,

        ---------- numbers
        {{ safe_cast("records.amount", "decimal(18, 2)") }} as amount,
        {{ safe_cast("records.total_contract_value", "decimal(18, 2)") }} as total_contract_value,
        {{ safe_cast("records.annual_recurring_value", "decimal(18, 2)") }} as annual_recurring_value,
        {{ safe_cast("records.one_time_value", "decimal(18, 2)") }} as one_time_value,
        {{ safe_cast("records.cost", "decimal(18, 2)") }} as cost,
        {{ safe_cast("records.term_months", "decimal(18, 2)") }} as term_months,
        {{ safe_cast("records.probability", "decimal(18, 6)") }} as probability,
        records._line as line,

        ---------- flags
        length(records.closed_at) = 10 as is_closed_date_only,
        {{ safe_cast("records.is_deleted", "boolean") }} as is_deleted,
        length(records.created_at) = 10 as is_created_date_only,
        length(records.modified_at) = 10 as is_modified_date_only,

        ---------- dates
        {{ safe_cast("records.contract_start_date", "date") }} as contract_start_date,
        {{ safe_cast("records.close_date", "date") }} as close_date,
        {{ day_of("records.closed_at") }} as closed_date,
        {{ day_of("records.created_at") }} as created_date,
        {{ day_of("records.modified_at") }} as modified_date,

        ---------- times
        {{ instant_of("records.closed_at") }} as closed_at,
        {{ instant_of("records.created_at") }} as created_at,
        {{ instant_of("records.modified_at") }} as modified_at,
        records.last_sighted_at
    from records
    left join value_names as opportunity_type_names
        on
            records._source = opportunity_type_names.source
            and opportunity_type_names.attribute = 'opportunity_type'
            and records.opportunity_type = opportunity_type_names.name
    left join value_names as forecast_category_names
        on
            records._source = forecast_category_names.source
            and forecast_category_names.attribute = 'forecast_category'
            and records.forecast_category = forecast_category_names.name

)

select * from typed
