with

records as (

    {{ current_records("fx_rate") }}

),

typed as (

    select
        ---------- ids
        records._source as source,

        ---------- text
        records.kind,
        records.currency,
        records._file as file,

        ---------- numbers
        {{ safe_cast("records.fiscal_year", "bigint") }} as fiscal_year,
        {{ safe_cast("records.rate", "decimal(18, 10)") }} as rate,
        records._line as line,

        ---------- dates
        {{ safe_cast("records.rate_date", "date") }} as rate_date,

        ---------- times
        records.last_sighted_at
    from records

)

select * from typed
