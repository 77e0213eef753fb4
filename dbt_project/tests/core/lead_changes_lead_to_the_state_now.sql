-- the last change of a lead's status, owner and deletion is what the newest export shows; a build that looks back shows less
{{ config(severity="warn") }}

with

latest as (

    select
        lead_id,
        attribute,
        new_value,
        row_number() over (partition by lead_id, attribute order by change_sequence desc) as place
    from {{ ref("fct_lead_changes") }}

),

now as (

    {% for attribute, value in [
        ("status", "status"), ("owner", "owner_id"), ("deleted", "case when is_deleted then 'true' else 'false' end")
    ] -%}
        select lead_id, '{{ attribute }}' as attribute, {{ value }} as current_value
        from {{ ref("fct_leads") }}
        {% if not loop.last %}union all
        {% endif -%}
    {% endfor %}

)

select
    now.lead_id,
    now.attribute,
    latest.new_value,
    now.current_value
from now
inner join {{ ref("build") }} as build
    on build.latest_extracted_at < build.as_of_ends_at
left join latest
    on now.lead_id = latest.lead_id and now.attribute = latest.attribute and latest.place = 1
where latest.lead_id is null or latest.new_value is distinct from now.current_value
