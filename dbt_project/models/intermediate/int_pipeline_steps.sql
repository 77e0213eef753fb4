-- what enters and leaves each group of the pipeline on a day, and its running total up to the next such day
with

intervals as (

    select * from {{ ref("int_pipeline_intervals") }}

),

movements as (

    select
        *,
        starts_date as date_day,
        1 as direction
    from intervals

    union all

    select
        *,
        ends_date as date_day,
        -1 as direction
    from intervals

),

daily as (

    select
        owner_id,
        team,
        stage,
        forecast_category,
        pipeline,
        opportunity_type,
        date_day,
        sum(direction) as count_change,
        sum(direction * coalesce(open_value, 0)) as value_change,
        sum(direction * coalesce(cast(open_value * chance as decimal(38, 8)), 0)) as weighted_change
    from movements
    group by owner_id, team, stage, forecast_category, pipeline, opportunity_type, date_day

),

totals as (

    select
        owner_id,
        team,
        stage,
        forecast_category,
        pipeline,
        opportunity_type,
        cast(sum(count_change) over running as bigint) as open_count,
        cast(sum(value_change) over running as decimal(38, 2)) as open_value,
        cast(sum(weighted_change) over running as decimal(38, 8)) as weighted_value,
        date_day as starts_date,
        lead(date_day) over running as ends_date
    from daily
    window running as (
        partition by owner_id, team, stage, forecast_category, pipeline, opportunity_type order by date_day
    )

)

select * from totals
where open_count > 0
