with

rows_known as (

    select * from {{ source("config", "territory_rule_conditions") }}

),

typed as (

    select
        ---------- ids
        rule_id,

        ---------- text
        attribute,
        operator,
        value,
        _file as file,

        ---------- numbers
        _line as line
    from rows_known

)

select * from typed
