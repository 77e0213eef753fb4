-- what each rule asks for: an operator is itself or the negation of itself
with

conditions as (

    select * from {{ ref("stg_config__territory_rule_conditions") }}

),

split as (

    select
        rule_id,
        attribute,
        {{ dbt.concat(["rule_id", "'|'", "attribute", "'|'", "operator"]) }} as condition_id,
        case operator
            when 'not =' then '='
            when 'not in' then 'in'
            when 'not prefix' then 'prefix'
            when 'not between' then 'between'
            when 'is_not_null' then 'is_null'
            else operator
        end as operator,
        operator like '%not%' as is_negated,
        value
    from conditions

)

select
    rule_id,
    condition_id,
    attribute,
    operator,
    is_negated,
    value,
    {{ is_territory_number("attribute") }} as is_number
from split
