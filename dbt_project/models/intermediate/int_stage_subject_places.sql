-- each stage's place on the map by day, as each kind of subject sees it: where a name stands on the map for several, its
-- own stage goes first, then the opportunity's
with

stage_map as (

    select * from {{ ref("dim_stage") }}

),

ranked as (

    {% for subject_type in ["opportunity", "lead", "account"] -%}
        select
            '{{ subject_type }}' as subject_type,
            *,
            rank() over (
                partition by stage
                order by
                    case
                        when subject = '{{ subject_type }}' then 0
                        when subject = 'opportunity' then 1
                        else 2
                    end,
                    subject
            ) as subject_rank
        from stage_map
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    subject_type,
    stage,
    subject,
    stage_kind,
    stage_order,
    time_limit_days,
    default_probability,
    exit_checklist,
    valid_from_date,
    valid_to_date
from ranked
where subject_rank = 1
