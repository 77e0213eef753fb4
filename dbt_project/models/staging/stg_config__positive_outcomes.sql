with

rows_known as (

    select * from {{ source("config", "positive_outcomes") }}

),

typed as (

    select
        ---------- text
        source,
        kind,
        name,
        _file as file,

        ---------- numbers
        _line as line
    from rows_known

)

select * from typed
