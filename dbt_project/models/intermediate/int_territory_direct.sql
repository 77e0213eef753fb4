-- territories that accounts were given by name or by hand, outside the rules; they go as priority 1
with

assignments as (

    select * from {{ ref("stg_crm__territory_assignments") }}

)

select
    subject_id as account_id,
    coalesce(territory_type, 'geo') as territory_type,
    territory,
    cast(null as {{ dbt.type_string() }}) as rule_id,
    {{ cause_rank("coalesce(cause, 'manual')") }} as cause_rank,
    1 as priority,
    coalesce(valid_from_date, date '1900-01-01') as valid_from_date,
    coalesce(valid_to_date, date '9999-12-31') as valid_to_date
from assignments
where coalesce(valid_from_date, date '1900-01-01') < coalesce(valid_to_date, date '9999-12-31')
