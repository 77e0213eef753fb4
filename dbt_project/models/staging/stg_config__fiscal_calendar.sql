with

rows_known as (

    select * from {{ source("config", "fiscal_calendar") }}

),

typed as (

    select
        ---------- text
        _file as file,

        ---------- numbers
        {{ safe_cast("fiscal_year", "integer") }} as fiscal_year,
        {{ safe_cast("fiscal_quarter", "integer") }} as fiscal_quarter,
        {{ safe_cast("fiscal_month", "integer") }} as fiscal_month,
        _line as line,

        ---------- dates
        {{ safe_cast("start_date", "date") }} as start_date,
        {{ safe_cast("end_date", "date") }} as end_date
    from rows_known

)

select * from typed
