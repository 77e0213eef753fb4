{{ config(tags=["impact_tier_1"]) }}

with

measured as (

    select * from {{ ref("int_stage_visits_measured") }}

),

skipping as (

    select * from {{ ref("int_stage_visits_skipping") }}

),

history as (

    select * from {{ ref("fct_opportunity_history") }}

),

journeys as (

    select * from {{ ref("int_stage_journeys") }}

),

reps as (

    select * from {{ ref("dim_rep") }}

),

final as (

    select
        ---------- ids
        {{ dbt.concat([
            "measured.subject_type", "' '", "measured.subject_id", "'#'",
            "cast(measured.visit_number as " ~ dbt.type_string() ~ ")",
        ]) }} as visit_id,
        measured.subject_type,
        measured.subject_id,
        journeys.journey_id,
        case when measured.subject_type = 'opportunity' then measured.subject_id end as opportunity_id,
        case when measured.subject_type = 'account' then measured.subject_id else history.account_id end as account_id,
        coalesce(history.owner_id, measured.owner_id) as owner_id,

        ---------- text
        measured.stage,
        measured.sub_stage,
        measured.crm_stage,
        measured.stage_kind,
        measured.previous_stage,
        measured.next_stage,
        reps.team,
        history.pipeline,
        history.opportunity_type,
        history.currency,

        ---------- numbers
        measured.visit_number,
        measured.stage_order,
        history.amount,
        history.amount_plan,
        cast(measured.time_limit_days as decimal(18, 2)) as time_limit_days,
        cast(case when measured.days >= 0 then measured.days end as double) as days,

        ---------- flags
        measured.left_at is null as is_open_visit,
        coalesce(measured.days < 0, false) as is_negative,
        case
            when measured.stage_kind not in ('lost', 'disqualified') then skipping.visit_number is not null
        end as is_skipped_before,
        coalesce(measured.stage_order < measured.previous_stage_order_now, false)
        and not measured.is_pipeline_change as is_regression,
        case
            when measured.time_limit_days is not null and measured.days >= 0
                then measured.days > measured.time_limit_days
        end as is_over_limit,
        measured.is_pipeline_change,

        ---------- dates
        measured.map_valid_from_date,
        case when not measured.is_undated then {{ local_date("measured.changed_at") }} end as entered_date,
        case
            when not coalesce(measured.is_left_undated, false) then {{ local_date("measured.left_at") }}
        end as left_date,

        ---------- times
        case when not measured.is_undated then measured.changed_at end as entered_at,
        measured.left_at
    from measured
    left join history
        on
            measured.subject_type = 'opportunity'
            and measured.subject_id = history.opportunity_id
            and measured.valid_from_at = history.valid_from_at
    left join skipping
        on
            measured.subject_type = skipping.subject_type
            and measured.subject_id = skipping.subject_id
            and measured.visit_number = skipping.visit_number
    left join journeys
        on
            measured.subject_type = journeys.subject_type
            and measured.subject_id = journeys.subject_id
    left join reps
        on
            coalesce(history.owner_id, measured.owner_id) = reps.rep_id
            and measured.changed_at >= reps.valid_from_at
            and measured.changed_at < reps.valid_to_at

)

select * from final
