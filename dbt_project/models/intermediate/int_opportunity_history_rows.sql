-- the CRM's own history of the attributes that are followed, values in one form
with

histories as (

    select * from {{ ref("stg_crm__opportunity_history") }}

),

followed as (

    {% for attribute, field in opportunity_attributes().items() %}
        select
            source,
            opportunity_id,
            history_id,
            attribute,
            {% for value in ["old_value", "new_value"] -%}
                {% if field.type == "text" -%}
                    {{ value }},
                {%- else -%}
                    cast({{ safe_cast(value, field.type) }} as {{ dbt.type_string() }}) as {{ value }},
                {%- endif %}
            {% endfor -%}
            changed_by,
            has_old_value,
            sequence,
            line as file_order,
            changed_at,
            changed_at as judged_at,
            extracted_at as told_at,
            loaded_at as first_known_at
        from histories
        where attribute = '{{ attribute }}'

        union all
    {% endfor %}

    select
        source,
        opportunity_id,
        history_id,
        attribute,
        lower(old_value) as old_value,
        lower(new_value) as new_value,
        changed_by,
        has_old_value,
        sequence,
        line as file_order,
        changed_at,
        changed_at as judged_at,
        extracted_at as told_at,
        loaded_at as first_known_at
    from histories
    where attribute = 'deleted'

)

select * from followed
