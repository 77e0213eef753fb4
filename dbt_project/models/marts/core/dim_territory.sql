with

territories as (

    select * from {{ ref("stg_config__territories") }}

),

effective as (

    {{ effective_rows("territories", ["territory_type", "territory"], ["parent_territory"]) }}

),

-- up to five levels above; the ones in force when the territory's own row begins
placed as (

    select
        effective.*,
        one.territory as above_1,
        two.territory as above_2,
        three.territory as above_3,
        four.territory as above_4
    from effective
    {% for near, far in [("effective", "one"), ("one", "two"), ("two", "three"), ("three", "four")] -%}
        left join effective as {{ far }}
            on
                {{ near }}.territory_type = {{ far }}.territory_type
                and {{ near }}.parent_territory = {{ far }}.territory
                and effective.valid_from_date >= {{ far }}.valid_from_date
                and effective.valid_from_date < {{ far }}.valid_to_date
    {% endfor %}

)

select
    territory_type,
    territory,
    parent_territory,
    {{ dbt.concat([
        "coalesce(above_4 || ' > ', '')", "coalesce(above_3 || ' > ', '')", "coalesce(above_2 || ' > ', '')",
        "coalesce(above_1 || ' > ', '')", "territory",
    ]) }} as path,
    cast(
        1
        {% for above in ["above_1", "above_2", "above_3", "above_4"] -%}
            + case when {{ above }} is null then 0 else 1 end
        {% endfor %} as integer
    ) as level,
    valid_from_date,
    valid_to_date
from placed
