-- the states of opportunities, leads and accounts on their way over the stage map, in one form
{% set columns = [
    "crm_stage", "stage", "sub_stage", "stage_kind", "change_sequence", "stage_order", "time_limit_days",
    "is_deleted", "is_undated", "is_date_only", "map_valid_from_date", "changed_at",
] %}

select
    'opportunity' as subject_type,
    opportunity_id as subject_id,
    cast(null as {{ dbt.type_string() }}) as owner_id,
    pipeline,
    {{ columns | join(",\n    ") }},
    valid_from_at
from {{ ref("int_stage_states") }}

{% for subject_type in ["lead", "account"] -%}
    union all

    select
        '{{ subject_type }}' as subject_type,
        {{ subject_type }}_id as subject_id,
        owner_id,
        '' as pipeline,
        {{ columns | join(",\n        ") }},
        changed_at as valid_from_at
    from {{ ref("int_stage_" ~ subject_type ~ "_states") }}
{% endfor %}
