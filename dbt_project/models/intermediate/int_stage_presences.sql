-- what was present in each visit of a deal to an open stage that it has left, and whether it advanced: went on to a later
-- stage rather than out or back. Activities count while the visit lasts, attributes as they stood when it began.
with

visits as (

    select * from {{ ref("stage_visits") }}
    where subject_type = 'opportunity' and stage_kind = 'open' and not is_open_visit

),

moves as (

    select * from {{ ref("int_stage_moves") }}
    where subject_type = 'opportunity'

),

history as (

    select
        history.opportunity_id,
        history.next_step,
        history.close_date,
        history.amount,
        history.valid_from_at,
        coalesce(history.valid_to_at, {{ end_of_time() }}) as valid_to_at
    from {{ ref("fct_opportunity_history") }} as history

),

activities as (

    select * from {{ ref("fct_activities") }}
    where opportunity_id is not null

),

contacts as (

    select
        opportunity_id,
        contact_id,
        since_at
    from {{ ref("int_opportunity_contacts") }}

),

left_visits as (

    select
        visits.visit_id,
        visits.opportunity_id,
        visits.visit_number,
        visits.stage,
        visits.entered_at,
        visits.left_at,
        visits.entered_date,
        visits.left_date,
        moves.to_stage_kind not in ('lost', 'disqualified') and not moves.is_regression as is_advanced
    from visits
    inner join moves
        on
            visits.opportunity_id = moves.opportunity_id
            and visits.visit_number + 1 = moves.visit_number
    where visits.entered_at is not null

),

-- an activity of which only the day is known belongs to every visit of that day
touched as (

    select
        left_visits.visit_id,
        {% for activity_type in ["call", "email", "meeting", "task"] -%}
            max(case when activities.is_human and activities.activity_type = '{{ activity_type }}' then 1 else 0 end)
                as has_{{ activity_type }},
        {% endfor -%}
        max(case when activities.direction = 'inbound' then 1 else 0 end) as has_inbound
    from left_visits
    inner join activities
        on
            left_visits.opportunity_id = activities.opportunity_id
            and (
                (
                    not activities.is_occurred_date_only
                    and left_visits.entered_at <= activities.occurred_at
                    and left_visits.left_at > activities.occurred_at
                )
                or (
                    activities.is_occurred_date_only
                    and left_visits.entered_date <= activities.occurred_date
                    and left_visits.left_date >= activities.occurred_date
                )
            )
    group by left_visits.visit_id

),

accompanied as (

    select
        left_visits.visit_id,
        count(distinct contacts.contact_id) as contacts
    from left_visits
    inner join contacts
        on
            left_visits.opportunity_id = contacts.opportunity_id
            and (contacts.since_at is null or left_visits.left_at > contacts.since_at)
    group by left_visits.visit_id

)

select
    left_visits.visit_id,
    'opportunity' as subject_type,
    left_visits.opportunity_id as subject_id,
    left_visits.visit_number,
    left_visits.stage,
    left_visits.is_advanced,
    {% for item in ["call", "email", "meeting", "task", "inbound"] -%}
        coalesce(touched.has_{{ item }} = 1, false) as has_{{ item }},
    {% endfor -%}
    coalesce(accompanied.contacts > 1, false) as has_contacts,
    history.next_step is not null as has_next_step,
    history.close_date is not null as has_close_date,
    history.amount is not null as has_amount
from left_visits
left join touched
    on left_visits.visit_id = touched.visit_id
left join accompanied
    on left_visits.visit_id = accompanied.visit_id
left join history
    on
        left_visits.opportunity_id = history.opportunity_id
        and left_visits.entered_at >= history.valid_from_at
        and left_visits.entered_at < history.valid_to_at
