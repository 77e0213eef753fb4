with

records as (

    {{ current_records("opportunity_line") }}

),

typed as (

    select
        ---------- ids
        records._source as source,
        {{ qualified_id("records.line_id", "records._source") }} as line_id,
        {{ qualified_id("records.opportunity_id", "records._source") }} as opportunity_id,
        {{ qualified_id("records.product_id", "records._source") }} as product_id,

        ---------- text
        records.line_name,

        ---------- numbers
        {{ safe_cast("records.amount", "decimal(18, 2)") }} as amount,

        ---------- flags
        coalesce({{ safe_cast("records.is_deleted", "boolean") }}, false) or records.is_vanished as is_deleted
    from records

)

select * from typed
