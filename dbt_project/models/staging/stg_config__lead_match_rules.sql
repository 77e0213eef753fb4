with

rows_known as (

    select * from {{ source("config", "lead_match_rules") }}

),

typed as (

    select
        ---------- text
        rule,
        compares,
        account_source,
        _file as file,

        ---------- numbers
        {{ safe_cast("priority", "integer") }} as priority,
        {{ safe_cast("opportunity_days", "integer") }} as opportunity_days,
        _line as line
    from rows_known

)

select * from typed
