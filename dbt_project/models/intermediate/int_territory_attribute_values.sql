-- every value of every attribute that a rule asks for; what is missing is an empty text
with

subjects as (

    select * from {{ ref("int_territory_subjects") }}

),

conditions as (

    select distinct attribute from {{ ref("int_territory_conditions") }}

),

attribute_values as (

    {% for attribute in territory_attributes() -%}
        select distinct
            '{{ attribute }}' as attribute,
            coalesce(cast({{ attribute }} as {{ dbt.type_string() }}), '') as attribute_value
        from subjects
        {% if not loop.last %}
            union all

        {% endif %}
    {%- endfor %}

),

numbered as (

    select
        attribute_values.attribute,
        attribute_values.attribute_value,
        {{ safe_cast("attribute_values.attribute_value", "decimal(28, 6)") }} as attribute_number
    from attribute_values
    inner join conditions
        on attribute_values.attribute = conditions.attribute

)

select
    attribute,
    attribute_value,
    attribute_number,
    case
        when {{ is_territory_number("attribute") }}
            then cast(attribute_number as {{ dbt.type_string() }})
        else attribute_value
    end as compared_value
from numbered
