{{ config(tags=["impact_tier_1"]) }}

with

current_states as (

    select * from {{ ref("int_opportunity_current") }}

),

records as (

    select * from {{ ref("stg_crm__opportunities") }}

),

origins as (

    select * from {{ ref("int_opportunity_origins") }}

),

reps as (

    select * from {{ ref("dim_rep") }}
    where is_current

),

activities as (

    select
        opportunity_id,
        max(occurred_at) as last_activity_at
    from {{ ref("fct_activities") }}
    where opportunity_id is not null and occurred_at < {{ as_of_end() }}
    group by opportunity_id

),

territories as (

    select * from {{ ref("int_opportunity_territories") }}

),

joined as (

    select
        current_states.*,
        origins.source,
        records.opportunity_name,
        records.lead_source,
        records.merged_into_id,
        reps.team,
        activities.last_activity_at,
        territories.territory_at_creation,
        territories.territory_at_close,
        territories.territory_now,
        case when not origins.is_undated then origins.created_at end as created_at,
        case when not origins.is_undated then {{ local_date("origins.created_at") }} end as created_date
    from current_states
    inner join origins
        on current_states.opportunity_id = origins.opportunity_id
    inner join records
        on current_states.opportunity_id = records.opportunity_id
    left join reps
        on current_states.owner_id = reps.rep_id
    left join activities
        on current_states.opportunity_id = activities.opportunity_id
    left join territories
        on current_states.opportunity_id = territories.opportunity_id

),

measured as (

    select
        *,
        {{ calendar_days("created_date", "booked_date") }} as days_to_close,
        coalesce(probability, default_probability) as chance,
        {{ calendar_days(
            "coalesce(" ~ local_date("last_activity_at") ~ ", created_date)",
            "cast('" ~ var("as_of") ~ "' as date)"
        ) }} as idle_days
    from joined

),

final as (

    select
        ---------- ids
        opportunity_id,
        account_id,
        owner_id,
        closing_owner_id,
        merged_into_id,

        ---------- text
        source,
        opportunity_name,
        team,
        closing_team,
        pipeline,
        opportunity_type,
        stage,
        sub_stage,
        stage_kind,
        crm_stage,
        currency,
        forecast_category,
        lead_source,
        loss_reason,
        next_step,
        territory_at_creation,
        territory_at_close,
        territory_now,

        ---------- numbers
        stage_order,
        amount,
        current_amount_plan as amount_plan,
        current_amount_dated as amount_dated,
        cast({{ round_half_up("current_amount_plan * chance", 2) }} as decimal(18, 2)) as weighted_amount_plan,
        cast(chance as decimal(18, 6)) as probability,
        recurring_value,
        lost_amount,
        lost_amount_plan,
        noes_before_yes,
        cast(case when days_to_close >= 0 then days_to_close end as integer) as cycle_days,

        ---------- flags
        is_open,
        is_won,
        is_lost,
        is_disqualified,
        is_deleted,
        merged_into_id is not null as is_merged,
        is_in_pipeline,
        is_not_counted,
        is_close_undated,
        coalesce(days_to_close < 0, false) as is_closed_before_creation,
        is_open and coalesce(idle_days >= {{ var("stale_days") }}, false) as is_stale,

        ---------- dates
        created_date,
        close_date,
        booked_date,

        ---------- times
        created_at,
        closed_at,
        last_activity_at
    from measured

)

select * from final
