-- which rules take which profile: all that a rule asks for holds, and nothing that it excludes
with

profiles as (

    select distinct
        profile_id,
        {{ territory_attributes() | join("_class,\n        ") }}_class
    from {{ ref("int_territory_profiled") }}

),

classes as (

    {% for attribute in territory_attributes() -%}
        select
            profile_id,
            '{{ attribute }}' as attribute,
            {{ attribute }}_class as value_class
        from profiles
        where {{ attribute }}_class <> ''
        {% if not loop.last %}
            union all

        {% endif %}
    {%- endfor %}

),

class_conditions as (

    select distinct
        value_classes.attribute,
        value_classes.value_class,
        value_matches.condition_id
    from {{ ref("int_territory_value_classes") }} as value_classes
    inner join {{ ref("int_territory_value_matches") }} as value_matches
        on
            value_classes.attribute = value_matches.attribute
            and value_classes.attribute_value = value_matches.attribute_value

),

conditions as (

    select * from {{ ref("int_territory_conditions") }}

),

rules as (

    select
        rules.rule_id,
        sum(case when not conditions.is_negated then 1 else 0 end) as asked_count
    from (select distinct rule_id from {{ ref("stg_config__territory_rules") }}) as rules
    left join conditions
        on rules.rule_id = conditions.rule_id
    group by rules.rule_id

),

hits as (

    select
        classes.profile_id,
        conditions.rule_id,
        sum(case when not conditions.is_negated then 1 else 0 end) as asked_count,
        sum(case when conditions.is_negated then 1 else 0 end) as excluded_count
    from classes
    inner join class_conditions
        on
            classes.attribute = class_conditions.attribute
            and classes.value_class = class_conditions.value_class
    inner join conditions
        on class_conditions.condition_id = conditions.condition_id
    group by classes.profile_id, conditions.rule_id

),

asking as (

    select
        hits.profile_id,
        hits.rule_id
    from hits
    inner join rules
        on
            hits.rule_id = rules.rule_id
            and hits.asked_count = rules.asked_count
    where hits.asked_count > 0 and hits.excluded_count = 0

),

-- a rule that only excludes, or has no condition, takes every profile that it does not exclude
open_rules as (

    select
        profiles.profile_id,
        rules.rule_id
    from profiles
    cross join rules
    left join hits
        on
            profiles.profile_id = hits.profile_id
            and rules.rule_id = hits.rule_id
    where rules.asked_count = 0 and coalesce(hits.excluded_count, 0) = 0

)

select * from asking
union all
select * from open_rules
