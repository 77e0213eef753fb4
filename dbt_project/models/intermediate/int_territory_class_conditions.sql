-- which conditions hold for which class of values, negation aside
select distinct
    value_classes.attribute,
    value_classes.value_class,
    value_matches.condition_id
from {{ ref("int_territory_value_classes") }} as value_classes
inner join {{ ref("int_territory_value_matches") }} as value_matches
    on
        value_classes.attribute = value_matches.attribute
        and value_classes.attribute_value = value_matches.attribute_value
