{{ config(tags=["impact_tier_1"]) }}

with

outcomes as (

    select * from {{ ref("int_opportunity_outcomes_valued") }}

),

reasons as (

    select * from {{ ref("int_opportunity_close_reasons") }}

),

current_states as (

    select * from {{ ref("fct_opportunity_history") }}
    where valid_to_at is null

),

reps as (

    select * from {{ ref("dim_rep") }}

),

identified as (

    select
        *,
        row_number() over (partition by opportunity_id, event, occurred_at order by event_sequence) as repetition
    from outcomes

),

final as (

    select
        ---------- ids
        {{ dbt.concat([
            "identified.opportunity_id", "':'", "identified.event", "':'",
            "cast(identified.occurred_at as " ~ dbt.type_string() ~ ")",
            "case when identified.repetition > 1 then concat('#', identified.repetition) else '' end",
        ]) }} as close_event_id,
        identified.opportunity_id,
        identified.owner_id,
        identified.account_id,

        ---------- text
        identified.event,
        reps.team,
        identified.pipeline,
        identified.opportunity_type,
        reasons.loss_reason,
        identified.currency,

        ---------- numbers
        identified.event_sequence,
        cast(identified.booked_amount as decimal(18, 2)) as booked_amount,
        cast(identified.booked_amount_plan as decimal(18, 2)) as booked_amount_plan,
        cast(identified.booked_amount_dated as decimal(18, 2)) as booked_amount_dated,
        cast(identified.lost_amount as decimal(18, 2)) as lost_amount,
        cast(identified.lost_amount_plan as decimal(18, 2)) as lost_amount_plan,
        cast(identified.lost_amount_dated as decimal(18, 2)) as lost_amount_dated,
        cast(identified.noes_before_yes as integer) as noes_before_yes,

        ---------- flags
        identified.is_undated,
        coalesce(reasons.is_not_counted, false) as is_not_counted,
        coalesce(
            identified.event_sequence = identified.last_close_sequence
            and current_states.stage_kind in ('won', 'post-sale', 'lost', 'disqualified')
            and not current_states.is_deleted,
            false
        ) as is_latest_close,

        ---------- dates
        identified.booked_date,

        ---------- times
        case when not identified.is_undated then identified.occurred_at end as occurred_at
    from identified
    inner join current_states
        on identified.opportunity_id = current_states.opportunity_id
    left join reasons
        on
            identified.opportunity_id = reasons.opportunity_id
            and identified.event_sequence = reasons.event_sequence
    left join reps
        on
            identified.owner_id = reps.rep_id
            and identified.occurred_at >= reps.valid_from_at
            and identified.occurred_at < reps.valid_to_at

)

select * from final
