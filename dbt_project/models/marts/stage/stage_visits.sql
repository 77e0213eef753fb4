{{ config(tags=["impact_tier_1"]) }}

with

visits as (

    select * from {{ ref("int_stage_visits_placed") }}

),

skipping as (

    select * from {{ ref("int_stage_visits_skipping") }}

),

history as (

    select * from {{ ref("fct_opportunity_history") }}

),

reps as (

    select * from {{ ref("dim_rep") }}

),

-- days are elapsed, or local calendar days where one end is a pure date; an unknown end leaves them null
measured as (

    select
        *,
        case
            when is_undated or coalesce(is_left_undated, false) then null
            when is_date_only or coalesce(is_left_date_only, false)
                then {{ calendar_days(
                    local_date("changed_at"),
                    "coalesce(" ~ local_date("left_at") ~ ", " ~ local_date(as_of_end()) ~ ")"
                ) }}
            else {{ elapsed_days("changed_at", "coalesce(left_at, " ~ as_of_end() ~ ")") }}
        end as days
    from visits

),

final as (

    select
        ---------- ids
        {{ dbt.concat([
            "measured.opportunity_id", "'#'", "cast(measured.visit_number as " ~ dbt.type_string() ~ ")",
        ]) }} as visit_id,
        'opportunity' as subject_type,
        measured.opportunity_id as subject_id,
        measured.opportunity_id,
        history.account_id,
        history.owner_id,

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
    inner join history
        on
            measured.opportunity_id = history.opportunity_id
            and measured.valid_from_at = history.valid_from_at
    left join skipping
        on
            measured.opportunity_id = skipping.opportunity_id
            and measured.visit_number = skipping.visit_number
    left join reps
        on
            history.owner_id = reps.rep_id
            and measured.changed_at >= reps.valid_from_at
            and measured.changed_at < reps.valid_to_at

)

select * from final
