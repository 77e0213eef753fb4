with

rows_known as (

    select * from {{ source("config", "loss_reasons") }}

),

typed as (

    select
        ---------- text
        loss_reason,
        _file as file,

        ---------- numbers
        {{ safe_cast("not_counted", "boolean") }} as not_counted,
        _line as line
    from rows_known

)

select * from typed
