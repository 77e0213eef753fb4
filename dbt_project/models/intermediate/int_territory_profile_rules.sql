-- which rules take which profile: all that a rule asks for holds, and nothing that it excludes. A rule's rarest
-- condition finds its profiles, the others are asked of those alone
with

profiles as (

    select distinct
        profile_id,
        {{ territory_attributes() | join("_class,\n        ") }}_class
    from {{ ref("int_territory_profiled") }}

),

class_conditions as (

    select * from {{ ref("int_territory_class_conditions") }}

),

conditions as (

    select * from {{ ref("int_territory_conditions") }}

),

rules as (

    select distinct rule_id from {{ ref("stg_config__territory_rules") }}

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

class_sizes as (

    select
        attribute,
        value_class,
        count(*) as profile_count
    from classes
    group by attribute, value_class

),

condition_sizes as (

    select
        class_conditions.condition_id,
        sum(class_sizes.profile_count) as profile_count
    from class_conditions
    inner join class_sizes
        on
            class_conditions.attribute = class_sizes.attribute
            and class_conditions.value_class = class_sizes.value_class
    group by class_conditions.condition_id

),

ranked as (

    select
        conditions.rule_id,
        conditions.condition_id,
        row_number() over (
            partition by conditions.rule_id
            order by coalesce(condition_sizes.profile_count, 0), conditions.condition_id
        ) as rarity
    from conditions
    left join condition_sizes
        on conditions.condition_id = condition_sizes.condition_id
    where not conditions.is_negated

),

found as (

    select
        classes.profile_id,
        ranked.rule_id
    from ranked
    inner join class_conditions
        on ranked.condition_id = class_conditions.condition_id
    inner join classes
        on
            class_conditions.attribute = classes.attribute
            and class_conditions.value_class = classes.value_class
    where ranked.rarity = 1

    union all

    -- a rule that only excludes, or has no condition, is asked of every profile
    select
        profiles.profile_id,
        rules.rule_id
    from profiles
    cross join rules
    left join ranked
        on rules.rule_id = ranked.rule_id
    where ranked.rule_id is null

),

others as (

    select
        conditions.rule_id,
        conditions.condition_id,
        conditions.attribute,
        conditions.is_negated
    from conditions
    left join ranked
        on
            conditions.condition_id = ranked.condition_id
            and ranked.rarity = 1
    where ranked.condition_id is null

),

asked as (

    select
        found.profile_id,
        found.rule_id,
        others.condition_id,
        others.attribute,
        others.is_negated,
        case others.attribute
            {% for attribute in territory_attributes() -%}
                when '{{ attribute }}' then profiles.{{ attribute }}_class
            {% endfor -%}
        end as value_class
    from found
    inner join others
        on found.rule_id = others.rule_id
    inner join profiles
        on found.profile_id = profiles.profile_id

),

failed as (

    select distinct
        asked.profile_id,
        asked.rule_id
    from asked
    left join class_conditions
        on
            asked.attribute = class_conditions.attribute
            and asked.value_class = class_conditions.value_class
            and asked.condition_id = class_conditions.condition_id
    where asked.is_negated = (class_conditions.condition_id is not null)

)

select
    found.profile_id,
    found.rule_id
from found
left join failed
    on
        found.profile_id = failed.profile_id
        and found.rule_id = failed.rule_id
where failed.profile_id is null
