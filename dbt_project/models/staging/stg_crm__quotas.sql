with

records as (

    {{ current_records("quota") }}

),

typed as (

    select
        ---------- ids
        records._source as source,
        records.subject_id,

        ---------- text
        records.subject_type,
        records.measure,
        records.period_type,
        records.currency,
        records._file as file,

        ---------- numbers
        {{ safe_cast("records.amount", "decimal(18, 2)") }} as amount,
        records._line as line,

        ---------- dates
        {{ safe_cast("records.period_start", "date") }} as period_start_date,

        ---------- times
        records.last_sighted_at
    from records

)

select * from typed
