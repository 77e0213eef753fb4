-- how many deals each owner's pipeline holds, and how many of them are stale, at the end of the day before every boundary:
-- the first day of each period, and the day after as_of
with

intervals as (

    select * from {{ ref("int_pipeline_intervals") }}

),

touches as (

    select * from {{ ref("int_pipeline_touches") }}

),

periods as (

    select * from {{ ref("dim_period") }}
    where period_start_date <= cast('{{ var("as_of") }}' as date)

),

idle as (

    select
        opportunity_id,
        cast({{ dbt.dateadd("day", var("stale_days"), "touched_date") }} as date) as idle_date,
        next_touched_date
    from touches

),

stale as (

    select
        intervals.owner_id,
        greatest(intervals.starts_date, idle.idle_date) as starts_date,
        least(intervals.ends_date, idle.next_touched_date) as ends_date
    from idle
    inner join intervals
        on
            idle.opportunity_id = intervals.opportunity_id
            and idle.idle_date < intervals.ends_date
            and idle.next_touched_date > intervals.starts_date
    where idle.idle_date < idle.next_touched_date

),

steps as (

    select owner_id, starts_date as date_day, 1 as open_step, 0 as stale_step from intervals
    union all
    select owner_id, ends_date as date_day, -1 as open_step, 0 as stale_step from intervals
    union all
    select owner_id, starts_date as date_day, 0 as open_step, 1 as stale_step from stale
    union all
    select owner_id, ends_date as date_day, 0 as open_step, -1 as stale_step from stale

),

boundaries as (

    select distinct period_start_date as boundary_date from periods
    union distinct
    select cast({{ dbt.dateadd("day", 1, "cast('" ~ var("as_of") ~ "' as date)") }} as date) as boundary_date

),

owners as (

    select
        owner_id,
        min(starts_date) as first_date
    from intervals
    group by owner_id

),

with_boundaries as (

    select
        owner_id,
        date_day,
        sum(open_step) as open_step,
        sum(stale_step) as stale_step,
        0 as is_boundary
    from steps
    group by owner_id, date_day

    union all

    select
        owners.owner_id,
        boundaries.boundary_date as date_day,
        0 as open_step,
        0 as stale_step,
        1 as is_boundary
    from owners
    inner join boundaries
        on owners.first_date < boundaries.boundary_date

),

running as (

    select
        owner_id,
        is_boundary,
        cast(sum(open_step) over up_to_here as integer) as open_count,
        cast(sum(stale_step) over up_to_here as integer) as stale_count,
        date_day as boundary_date
    from with_boundaries
    window up_to_here as (
        partition by owner_id order by date_day, is_boundary desc rows between unbounded preceding and current row
    )

)

select
    owner_id,
    open_count,
    stale_count,
    boundary_date
from running
where is_boundary = 1 and open_count != 0
