{{ config(tags=["impact_tier_1"]) }}

with

leads as (

    select * from {{ ref("fct_leads") }}

),

response_moments as (

    select * from {{ ref("int_lead_response_moments") }}

),

minutes as (

    select * from {{ ref("int_lead_response_minutes") }}

),

limits as (

    select * from {{ ref("int_lead_response_limits") }}

),

positive as (

    select * from {{ ref("int_lead_positive_responses") }}

),

replies as (

    select distinct lead_id from {{ ref("int_lead_activities") }}
    where is_reply

),

stages as (

    select
        lead_id,
        stage_kind,
        row_number() over (partition by lead_id order by change_sequence desc) as state_number
    from {{ ref("int_stage_lead_states") }}

),

final as (

    select
        ---------- ids
        response_moments.lead_id,
        leads.owner_id,
        response_moments.first_owner_id,
        response_moments.first_touch_id,

        ---------- text
        leads.lead_source,
        response_moments.calendar,
        response_moments.time_zone,

        ---------- numbers
        minutes.response_minutes,
        minutes.response_minutes_from_creation,
        cast(limits.limit_minutes as decimal(18, 6)) as response_limit_minutes,
        case
            when positive.response_date < leads.created_date then null
            when positive.response_at is null or response_moments.created_at is null
                then cast(
                    {{ calendar_days(
                        "leads.created_date", "positive.response_date"
                    ) }} as double
                )
            when positive.response_at >= response_moments.created_at
                then {{ elapsed_days("response_moments.created_at", "positive.response_at") }}
        end as days_to_positive_response,

        ---------- flags
        minutes.response_minutes <= limits.limit_minutes as is_within_limit,
        positive.lead_id is not null as has_positive_response,
        positive.lead_id is null
        and not leads.is_converted
        and coalesce(stages.stage_kind, 'open') = 'open' as is_censored,
        response_moments.first_touch_id is null as is_never_contacted,
        positive.lead_id is null and replies.lead_id is null as is_never_replied,

        ---------- dates
        leads.created_date,
        positive.response_date as positive_response_date,

        ---------- times
        response_moments.created_at,
        response_moments.assigned_at,
        response_moments.touched_at as first_touch_at,
        positive.response_at as positive_response_at
    from response_moments
    inner join leads
        on response_moments.lead_id = leads.lead_id
    inner join minutes
        on response_moments.lead_id = minutes.lead_id
    inner join limits
        on response_moments.lead_id = limits.lead_id
    left join positive
        on response_moments.lead_id = positive.lead_id
    left join replies
        on response_moments.lead_id = replies.lead_id
    left join stages
        on response_moments.lead_id = stages.lead_id and stages.state_number = 1

)

select * from final
