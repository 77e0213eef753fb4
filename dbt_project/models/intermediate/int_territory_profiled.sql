-- every subject's states with their profile: the classes of all its attributes. Rules can't tell subjects of one
-- profile apart, so that they are judged for each profile instead of each subject
with

subjects as (

    select * from {{ ref("int_territory_subjects") }}

),

{% for attribute in territory_attributes() -%}
    {{ attribute }}_classes as (

        select * from {{ ref("int_territory_value_classes") }}
        where attribute = '{{ attribute }}'

    ),

{% endfor -%}

classed as (

    select
        subjects.subject_type,
        subjects.subject_id,
        subjects.account_id,
        subjects.crm_territory,
        {% for attribute in territory_attributes() -%}
            coalesce({{ attribute }}_classes.value_class, '') as {{ attribute }}_class,
        {% endfor -%}
        subjects.valid_from_date,
        subjects.valid_to_date
    from
        subjects
    {%- for attribute in territory_attributes() %}
    left join {{ attribute }}_classes
        on coalesce(cast(subjects.{{ attribute }} as {{ dbt.type_string() }}), '') = {{ attribute }}_classes.attribute_value
    {%- endfor %}

)

select
    *,
    {{ dbt.hash("concat(" ~ (territory_attributes() | join("_class, '#', ")) ~ "_class)") }} as profile_id
from classed
