with

records as (

    {{ current_records("product") }}

),

typed as (

    select
        ---------- ids
        records._source as source,
        {{ qualified_id("records.product_id", "records._source") }} as product_id,

        ---------- text
        records.product_name,
        records.family
    from records

)

select * from typed
