-- from which day to which each deal was in the pipeline unchanged: by the state at each local day's end,
-- cut where the owner's team or the fiscal year's plan rate changes
with

history as (

    select * from {{ ref("fct_opportunity_history") }}
    where stage_kind = 'open' and not is_deleted

),

starting_stage as (

    select * from {{ ref("int_stage_map_places") }}
    where stage = '{{ var("funnel_start_stage") }}'

),

reps as (

    select * from {{ ref("dim_rep") }}

),

plan_rates as (

    select * from {{ ref("int_fx_plan") }}

),

dated as (

    select
        *,
        {{ local_date("valid_from_at") }} as starts_date,
        coalesce(
            {{ local_date("valid_to_at") }}, {{ local_date(as_of_end()) }}
        ) as ends_date
    from history

),

in_pipeline as (

    select dated.*
    from dated
    inner join starting_stage
        on
            dated.starts_date >= starting_stage.valid_from_date
            and dated.starts_date < starting_stage.valid_to_date
            and dated.stage_order >= starting_stage.stage_order
    where dated.starts_date < dated.ends_date

),

by_team as (

    select
        in_pipeline.*,
        reps.team,
        greatest(
            in_pipeline.starts_date, coalesce({{ local_date("reps.valid_from_at") }}, in_pipeline.starts_date)
        ) as team_starts_date,
        least(
            in_pipeline.ends_date, coalesce({{ local_date("reps.valid_to_at") }}, in_pipeline.ends_date)
        ) as team_ends_date
    from in_pipeline
    left join reps
        on
            in_pipeline.owner_id = reps.rep_id
            and in_pipeline.starts_date < {{ local_date("reps.valid_to_at") }}
            and in_pipeline.ends_date > {{ local_date("reps.valid_from_at") }}

),

by_plan_rate as (

    select
        by_team.opportunity_id,
        by_team.owner_id,
        by_team.team,
        by_team.stage,
        by_team.forecast_category,
        by_team.pipeline,
        by_team.opportunity_type,
        cast({{ round_half_up("by_team.amount * plan_rates.plan_rate", 2) }} as decimal(18, 2)) as open_value,
        coalesce(by_team.probability, by_team.default_probability) as chance,
        by_team.close_date,
        greatest(by_team.team_starts_date, plan_rates.valid_from_date) as starts_date,
        least(by_team.team_ends_date, plan_rates.valid_to_date) as ends_date
    from by_team
    inner join plan_rates
        on
            by_team.currency = plan_rates.currency
            and by_team.team_starts_date < plan_rates.valid_to_date
            and by_team.team_ends_date > plan_rates.valid_from_date
    where by_team.team_starts_date < by_team.team_ends_date

)

select * from by_plan_rate
