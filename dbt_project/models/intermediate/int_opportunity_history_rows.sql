-- the CRM's own history of the attributes that are followed, values in the form of the records' own
with

histories as (

    select * from {{ ref("stg_crm__opportunity_history") }}

),

followed as (

    select
        source,
        opportunity_id,
        history_id,
        attribute,
        {% for value in ["old_value", "new_value"] -%}
            case
                {%- for attribute, field in opportunity_attributes().items() if field.type != "text" %}
                    when attribute = '{{ attribute }}'
                        then cast({{ safe_cast(value, field.type) }} as {{ dbt.type_string() }})
                {%- endfor %}
                when attribute = 'deleted' then lower({{ value }})
                else {{ value }}
            end as {{ value }},
        {% endfor -%}
        changed_by,
        has_old_value,
        sequence,
        line as file_order,
        changed_at,
        extracted_at as told_at,
        loaded_at as first_known_at
    from histories
    where
        attribute in (
            'deleted',
            {%- for attribute in opportunity_attributes() %}
                '{{ attribute }}'{{ "," if not loop.last }}
            {%- endfor %}
        )

)

select * from followed
