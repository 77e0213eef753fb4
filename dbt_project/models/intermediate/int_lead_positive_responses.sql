-- each lead's first positive response: the first outcome or status that the configuration calls positive
with

positive as (

    select * from {{ ref("stg_config__positive_outcomes") }}

),

activities as (

    select * from {{ ref("int_lead_activities") }}
    where is_completed

),

leads as (

    select * from {{ ref("fct_leads") }}

),

states as (

    select * from {{ ref("int_lead_states") }}

),

responses as (

    select
        activities.lead_id,
        activities.is_occurred_date_only as is_date_only,
        activities.occurred_date as response_date,
        activities.occurred_at as response_at
    from activities
    inner join positive
        on
            positive.kind = 'outcome'
            and activities.outcome = positive.name
            and (positive.source is null or activities.source = positive.source)

    union all

    -- a status that was there at an unknown time counts, without a time
    select
        states.lead_id,
        states.is_date_only,
        case when not states.is_undated then {{ local_date("states.changed_at") }} end as response_date,
        case when not states.is_undated then states.changed_at end as response_at
    from states
    inner join leads
        on states.lead_id = leads.lead_id
    inner join positive
        on
            positive.kind = 'status'
            and states.status = positive.name
            and (positive.source is null or leads.source = positive.source)

),

ranked as (

    select
        *,
        row_number() over (
            partition by lead_id
            order by
                case when response_date is null then 1 else 0 end,
                response_date,
                case when is_date_only then 0 else 1 end,
                response_at
        ) as choice
    from responses

)

select
    lead_id,
    response_date,
    case when not is_date_only then response_at end as response_at
from ranked
where choice = 1
