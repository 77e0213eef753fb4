-- values for which the same conditions hold are one class, named by the hash of its conditions
with

matches as (

    select * from {{ ref("int_territory_value_matches") }}

),

listed as (

    select
        attribute,
        attribute_value,
        {{ joined_texts("condition_id", ";", "condition_id") }} as condition_list
    from matches
    group by attribute, attribute_value

)

select
    attribute,
    attribute_value,
    {{ dbt.hash("condition_list") }} as value_class
from listed
