-- the values of a condition, each a row of its own: several of = , in and prefix, the two bounds of between
with

conditions as (

    select * from {{ ref("int_territory_conditions") }}

),

listed as (

    select
        condition_id,
        attribute,
        operator,
        is_number,
        {{ split_rows("value", ";") }} as listed_value
    from conditions
    where operator in ('in', 'prefix')

    union all

    select
        condition_id,
        attribute,
        operator,
        is_number,
        value as listed_value
    from conditions
    where operator = '='

),

bounds as (

    select
        condition_id,
        attribute,
        is_number,
        nullif(trim({{ dbt.split_part("value", "';'", 1) }}), '') as lower_text,
        nullif(trim({{ dbt.split_part("value", "';'", 2) }}), '') as upper_text
    from conditions
    where operator = 'between'

)

select
    condition_id,
    attribute,
    operator,
    case
        when is_number and operator <> 'prefix' then {{ number_form("trim(listed_value)") }}
        else trim(listed_value)
    end as value_text,
    cast(null as {{ dbt.type_string() }}) as lower_text,
    cast(null as {{ dbt.type_string() }}) as upper_text,
    cast(null as decimal(28, 6)) as lower_number,
    cast(null as decimal(28, 6)) as upper_number,
    is_number
from listed
where trim(listed_value) <> ''

union all

select
    condition_id,
    attribute,
    'between' as operator,
    cast(null as {{ dbt.type_string() }}) as value_text,
    lower_text,
    upper_text,
    case when is_number then {{ safe_cast("lower_text", "decimal(28, 6)") }} end as lower_number,
    case when is_number then {{ safe_cast("upper_text", "decimal(28, 6)") }} end as upper_number,
    is_number
from bounds
