-- values for which the same conditions hold are one class, named by its conditions
with

matches as (

    select * from {{ ref("int_territory_value_matches") }}

)

select
    attribute,
    attribute_value,
    {{ dbt.listagg("condition_id", "';'", "order by condition_id") }} as value_class
from matches
group by attribute, attribute_value
