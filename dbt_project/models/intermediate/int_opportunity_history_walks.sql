-- changes of one attribute in one second without an order of the CRM's own: the walks in which each row
-- begins with the value that the row before it left
{% set most_rows = 8 %}  {# a walk through more rows than this is not sought: they keep the file's order #}

with recursive

moments as (

    select
        *,
        count(*) over (partition by opportunity_id, attribute, changed_at) as rows_in_moment,
        row_number() over (
            partition by opportunity_id, attribute, changed_at order by file_order
        ) as place,
        max(case when sequence is null and has_old_value then 0 else 1 end) over (
            partition by opportunity_id, attribute, changed_at
        ) as has_own_order,
        lag(new_value) over (partition by opportunity_id, attribute order by changed_at, file_order) as value_before
    from {{ ref("int_opportunity_history_rows") }}

),

tied as (

    select
        *,
        -- the value that the rows of the second before left, whichever of them came last
        max(case when place = 1 then value_before end) over (
            partition by opportunity_id, attribute, changed_at
        ) as starting_value
    from moments
    where rows_in_moment between 2 and {{ most_rows }} and has_own_order = 0

),

walks as (

    select
        opportunity_id,
        attribute,
        changed_at,
        rows_in_moment,
        starting_value,
        old_value as first_value,
        new_value as reached_value,
        1 as steps,
        cast(concat(',', place, ',') as {{ dbt.type_string() }}) as walk
    from tied

    union all

    select
        walks.opportunity_id,
        walks.attribute,
        walks.changed_at,
        walks.rows_in_moment,
        walks.starting_value,
        walks.first_value,
        tied.new_value as reached_value,
        walks.steps + 1 as steps,
        cast(concat(walks.walk, tied.place, ',') as {{ dbt.type_string() }}) as walk
    from walks
    inner join tied
        on
            walks.opportunity_id = tied.opportunity_id
            and walks.attribute = tied.attribute
            and walks.changed_at = tied.changed_at
            and coalesce(walks.reached_value, '') = coalesce(tied.old_value, '')
    where {{ dbt.position("concat(',', tied.place, ',')", "walks.walk") }} = 0

),

ranked as (

    select
        *,
        row_number() over (
            partition by opportunity_id, attribute, changed_at
            order by
                steps desc,
                case when coalesce(first_value, '') = coalesce(starting_value, '') then 0 else 1 end,
                walk asc
        ) as choice
    from walks

)

select
    tied.opportunity_id,
    tied.attribute,
    tied.changed_at,
    tied.history_id,
    cast(nullif({{ dbt.position("concat(',', tied.place, ',')", "ranked.walk") }}, 0) as bigint) as walk_place
from tied
inner join ranked
    on
        tied.opportunity_id = ranked.opportunity_id
        and tied.attribute = ranked.attribute
        and tied.changed_at = ranked.changed_at
where ranked.choice = 1
