{{ config(tags=["impact_tier_2"]) }}
{% set z = "1.959963984540054" %}  {# of a two-sided interval of 95 % #}

with

exits as (

    select * from {{ ref("int_stage_exits") }}
    where not is_not_counted

),

dimensions as (

    select * from {{ ref("int_stage_visit_dimensions") }}

),

reasons as (

    select
        exits.stage,
        dimensions.dimension,
        dimensions.member,
        exits.exit_kind,
        exits.loss_reason as item,
        count(*) as exits,
        sum(exits.lost_value) as lost_value
    from exits
    inner join dimensions
        on
            exits.subject_type = dimensions.subject_type
            and exits.subject_id = dimensions.subject_id
            and exits.visit_number = dimensions.visit_number
    group by exits.stage, dimensions.dimension, dimensions.member, exits.exit_kind, exits.loss_reason

),

ranked as (

    select
        *,
        sum(exits) over (partition by stage, dimension, member) as all_exits,
        row_number() over (
            partition by dimension, member order by lost_value desc, exits desc, stage, exit_kind, item
        ) as lost_value_rank
    from reasons

),

triggers as (

    select
        *,
        {{ divide("advanced", "visits") }} as rate,
        {{ divide("advanced_with", "visits_with") }} as rate_with,
        {{ divide("advanced - advanced_with", "visits - visits_with") }} as rate_without
    from {{ ref("int_stage_triggers") }}

),

-- Wilson's interval of the rate with it
bounded as (

    select
        *,
        (rate_with + {{ z }} * {{ z }} / (2 * visits_with)) / (1 + {{ z }} * {{ z }} / visits_with) as centre,
        {{ z }} * sqrt(
            rate_with * (1 - rate_with) / visits_with + {{ z }} * {{ z }} / (4.0 * visits_with * visits_with)
        ) / (1 + {{ z }} * {{ z }} / visits_with) as half_width
    from triggers

),

final as (

    select
        ---------- text
        stage,
        dimension,
        member,
        'exit' as kind,
        exit_kind,
        item,

        ---------- numbers
        cast(exits as bigint) as exits,
        cast({{ divide("exits", "all_exits") }} as decimal(18, 6)) as exit_share,
        cast(lost_value as decimal(18, 2)) as lost_value,
        cast(lost_value_rank as integer) as lost_value_rank,
        {% for measure in ["visits", "advanced", "visits_with", "advanced_with"] -%}
            cast(null as bigint) as {{ measure }},
        {% endfor -%}
        {% for rate in ["advance_rate_with", "advance_rate_without", "lift", "lift_low", "lift_high"] -%}
            cast(null as decimal(18, 6)) as {{ rate }},
        {% endfor %}
        ---------- flags
        cast(null as boolean) as is_trigger
    from ranked

    union all

    select
        stage,
        dimension,
        member,
        'trigger' as kind,
        cast(null as {{ dbt.type_string() }}) as exit_kind,
        item,
        null as exits,
        null as exit_share,
        null as lost_value,
        null as lost_value_rank,
        {% for measure in ["visits", "advanced", "visits_with", "advanced_with"] -%}
            cast({{ measure }} as bigint) as {{ measure }},
        {% endfor -%}
        cast(rate_with as decimal(18, 6)) as advance_rate_with,
        cast(rate_without as decimal(18, 6)) as advance_rate_without,
        cast({{ divide("rate_with", "rate") }} as decimal(18, 6)) as lift,
        cast({{ divide("centre - half_width", "rate") }} as decimal(18, 6)) as lift_low,
        cast({{ divide("centre + half_width", "rate") }} as decimal(18, 6)) as lift_high,
        -- to nine digits: where nobody advanced the bound is 0 and no rounding error
        cast(centre - half_width as decimal(18, 9)) > cast(rate as decimal(18, 9)) as is_trigger
    from bounded

)

select * from final
