with

records as (

    {{ current_records("territory_assignment") }}

),

accounts as (

    select * from {{ ref("stg_crm__record_ids") }}
    where record_type = 'account'

),

typed as (

    select
        ---------- ids
        records._source as source,
        coalesce(accounts.record_id, {{ given_id("records.subject_id", "records._source") }}) as subject_id,

        ---------- text
        coalesce(records.territory_type, 'geo') as territory_type,
        records.territory,
        coalesce(records.cause, 'manual') as cause,
        records._file as file,

        ---------- numbers
        records._line as line,

        ---------- dates
        {{ safe_cast("records.valid_from", "date") }} as valid_from_date,
        {{ safe_cast("records.valid_to", "date") }} as valid_to_date
    from records
    left join accounts
        on records.subject_id = accounts.crm_id

)

select * from typed
