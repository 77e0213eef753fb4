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

statuses as (

    select * from {{ ref("fct_lead_changes") }}
    where attribute = 'status'

),

-- where a CRM keeps no history, the status that a lead was first seen with was reached nobody knows when
keeping_history as (

    select distinct leads.source
    from statuses
    inner join leads
        on statuses.lead_id = leads.lead_id
    where statuses.origin = 'crm'

),

dated_statuses as (

    select
        statuses.lead_id,
        leads.source,
        statuses.new_value as status,
        statuses.is_date_only,
        case
            when
                not statuses.is_undated
                and not (statuses.is_creation and statuses.is_uncertain and keeping_history.source is null)
                then statuses.changed_at
        end as known_at
    from statuses
    inner join leads
        on statuses.lead_id = leads.lead_id
    left join keeping_history
        on leads.source = keeping_history.source

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

    select
        dated_statuses.lead_id,
        dated_statuses.is_date_only,
        {{ local_date("dated_statuses.known_at") }} as response_date,
        dated_statuses.known_at as response_at
    from dated_statuses
    inner join positive
        on
            positive.kind = 'status'
            and dated_statuses.status = positive.name
            and (positive.source is null or dated_statuses.source = positive.source)

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
