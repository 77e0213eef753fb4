-- for each stage and member of a dimension: how many visits advanced, of those with something present and of all
{% set items = {
    "call": "activity: call", "email": "activity: email", "meeting": "activity: meeting", "task": "activity: task",
    "inbound": "activity: inbound", "contacts": "attribute: several contacts", "next_step": "attribute: next step",
    "close_date": "attribute: close date", "amount": "attribute: amount",
} %}

with

presences as (

    select * from {{ ref("int_stage_presences") }}

),

dimensions as (

    select * from {{ ref("int_stage_visit_dimensions") }}

),

counted as (

    select
        presences.stage,
        dimensions.dimension,
        dimensions.member,
        {% for item in items -%}
            sum(case when presences.has_{{ item }} then 1 else 0 end) as with_{{ item }},
            sum(case when presences.has_{{ item }} and presences.is_advanced then 1 else 0 end) as advanced_with_{{ item }},
        {% endfor -%}
        count(*) as visits,
        sum(case when presences.is_advanced then 1 else 0 end) as advanced
    from presences
    inner join dimensions
        on
            presences.subject_type = dimensions.subject_type
            and presences.subject_id = dimensions.subject_id
            and presences.visit_number = dimensions.visit_number
    group by presences.stage, dimensions.dimension, dimensions.member

)

{% for item, words in items.items() %}
    select
        stage,
        dimension,
        member,
        '{{ words }}' as item,
        visits,
        advanced,
        with_{{ item }} as visits_with,
        advanced_with_{{ item }} as advanced_with
    from counted
    where with_{{ item }} > 0
    {% if not loop.last %}union all{% endif %}
{% endfor %}
