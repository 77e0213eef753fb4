-- business minutes to each lead's first response, from the assignment and from the creation
with

response_moments as (

    select * from {{ ref("int_lead_response_moments") }}

),

instants as (

    {% for moment in ["created_at", "assigned_at", "touched_at"] -%}
        select
            lead_id,
            '{{ moment }}' as moment,
            calendar,
            time_zone,
            {{ moment }} as moment_at
        from response_moments
        where {{ moment }} is not null and touched_at is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

counted as (

    {{ open_until("instants", ["lead_id", "moment"]) }}

),

by_lead as (

    select
        lead_id,
        max(case when moment = 'created_at' then open_microseconds end) as open_at_creation,
        max(case when moment = 'assigned_at' then open_microseconds end) as open_at_assignment,
        max(case when moment = 'touched_at' then open_microseconds end) as open_at_touch
    from counted
    group by lead_id

)

select
    response_moments.lead_id,
    case
        when response_moments.touched_at < response_moments.assigned_at then 0
        else {{ divide("by_lead.open_at_touch - by_lead.open_at_assignment", 60000000) }}
    end as response_minutes,
    case
        when response_moments.touched_at >= response_moments.created_at
            then {{ divide("by_lead.open_at_touch - by_lead.open_at_creation", 60000000) }}
    end as response_minutes_from_creation
from response_moments
left join by_lead
    on response_moments.lead_id = by_lead.lead_id
