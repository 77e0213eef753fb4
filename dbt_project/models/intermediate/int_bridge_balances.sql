-- what each owner's pipeline held, and what of it was due, just before the first day of every period and at the end of as_of
with

pieces as (

    select * from {{ ref("int_bridge_pieces") }}
    where status = 'open'

),

periods as (

    select * from {{ ref("dim_period") }}
    where period_start_date <= cast('{{ var("as_of") }}' as date)

),

-- a deal is due from the day after its close date on, which is after the period's last day when that is the day
steps as (

    select
        owner_id, team, pipeline, opportunity_type,
        starts_date as date_day, 1 as open_step, deal_value as open_value, 0 as due_step, 0 as due_value
    from pieces

    union all

    select
        owner_id, team, pipeline, opportunity_type,
        ends_date as date_day, -1 as open_step, -deal_value as open_value, 0 as due_step, 0 as due_value
    from pieces
    where ends_date is not null

    union all

    select
        owner_id, team, pipeline, opportunity_type,
        greatest(starts_date, close_date) as date_day, 0 as open_step, 0 as open_value, 1 as due_step, deal_value as due_value
    from pieces
    where close_date <= coalesce(ends_date, date '9999-12-31')

    union all

    select
        owner_id, team, pipeline, opportunity_type,
        ends_date as date_day, 0 as open_step, 0 as open_value, -1 as due_step, -deal_value as due_value
    from pieces
    where close_date <= ends_date

),

daily as (

    select
        owner_id,
        team,
        pipeline,
        opportunity_type,
        date_day,
        sum(open_step) as open_count,
        sum(open_value) as open_value,
        sum(due_step) as due_count,
        sum(due_value) as due_value
    from steps
    where date_day <= cast('{{ var("as_of") }}' as date)
    group by owner_id, team, pipeline, opportunity_type, date_day

),

holders as (

    select
        owner_id,
        team,
        pipeline,
        opportunity_type,
        min(date_day) as first_date
    from daily
    group by owner_id, team, pipeline, opportunity_type

),

boundaries as (

    select distinct period_start_date as boundary_date from periods
    union distinct
    select cast({{ dbt.dateadd("day", 1, "cast('" ~ var("as_of") ~ "' as date)") }} as date) as boundary_date

),

with_boundaries as (

    select
        *,
        0 as is_boundary
    from daily

    union all

    select
        holders.owner_id,
        holders.team,
        holders.pipeline,
        holders.opportunity_type,
        boundaries.boundary_date as date_day,
        0 as open_count,
        0 as open_value,
        0 as due_count,
        0 as due_value,
        1 as is_boundary
    from holders
    inner join boundaries
        on holders.first_date < boundaries.boundary_date

),

-- a boundary comes before what happens on its day
running as (

    select
        owner_id,
        team,
        pipeline,
        opportunity_type,
        is_boundary,
        cast(sum(open_count) over up_to_here as bigint) as open_count,
        cast(sum(open_value) over up_to_here as decimal(18, 2)) as open_value,
        cast(sum(due_count) over up_to_here as bigint) as due_count,
        cast(sum(due_value) over up_to_here as decimal(18, 2)) as due_value,
        date_day as boundary_date
    from with_boundaries
    window up_to_here as (
        partition by owner_id, team, pipeline, opportunity_type
        order by date_day, is_boundary desc
        rows between unbounded preceding and current row
    )

)

select
    owner_id,
    team,
    pipeline,
    opportunity_type,
    open_count,
    open_value,
    due_count,
    due_value,
    boundary_date
from running
where is_boundary = 1 and (open_count != 0 or due_count != 0)
