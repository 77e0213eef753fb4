-- the kinds of territory there are; a kind with a rule on product lines is judged for each opportunity by itself
with

rules as (

    select * from {{ ref("stg_config__territory_rules") }}

),

conditions as (

    select * from {{ ref("stg_config__territory_rule_conditions") }}

),

territories as (

    select * from {{ ref("stg_config__territories") }}

),

direct as (

    select * from {{ ref("int_territory_direct") }}

),

named as (

    select territory_type from rules
    union distinct
    select territory_type from territories
    union distinct
    select territory_type from direct

),

by_product_line as (

    select distinct rules.territory_type
    from rules
    inner join conditions
        on rules.rule_id = conditions.rule_id
    where conditions.attribute = 'product_line'

)

select
    named.territory_type,
    by_product_line.territory_type is not null as has_product_lines
from named
left join by_product_line
    on named.territory_type = by_product_line.territory_type
