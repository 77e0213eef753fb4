{{ config(tags=["impact_tier_1"]) }}

with

steps as (

    select * from {{ ref("int_pipeline_steps") }}

),

days as (

    select date_day from {{ ref("dim_date") }}
    where date_day <= cast('{{ var("as_of") }}' as date)

),

-- the steps hold for every day up to the next one, so that days without a change have their rows too
daily as (

    select
        ---------- ids
        steps.owner_id,

        ---------- text
        steps.team,
        steps.stage,
        steps.forecast_category,
        steps.pipeline,
        steps.opportunity_type,

        ---------- numbers
        cast(steps.open_count as integer) as open_count,
        cast(steps.open_value as decimal(18, 2)) as open_value,
        cast({{ round_half_up("steps.weighted_value", 2) }} as decimal(18, 2)) as weighted_value,
        cast({{ round_half_up(divide("steps.open_value", "steps.open_count"), 2) }} as decimal(18, 2)) as mean_value,

        ---------- dates
        days.date_day
    from steps
    inner join days
        on
            steps.starts_date <= days.date_day
            and steps.ends_date > days.date_day

)

select * from daily
