-- opening and closing of every period, owner and scope, counted from the balances and never from the movements
{% set as_of = "cast('" ~ var("as_of") ~ "' as date)" %}

with

pieces as (

    select * from {{ ref("int_bridge_pieces") }}
    where status = 'open'

),

balances as (

    select * from {{ ref("int_bridge_balances") }}

),

days as (

    select * from {{ ref("int_period_days") }}

),

periods as (

    select
        *,
        least(period_end_date, cast({{ dbt.dateadd("day", 1, as_of) }} as date)) as closing_date
    from {{ ref("dim_period") }}
    where period_start_date <= {{ as_of }}

),

counted as (

    select
        balances.*,
        periods.period_type,
        periods.period_start_date,
        1 as is_opening
    from balances
    inner join periods
        on balances.boundary_date = periods.period_start_date

    union all

    select
        balances.*,
        periods.period_type,
        periods.period_start_date,
        0 as is_opening
    from balances
    inner join periods
        on balances.boundary_date = periods.closing_date

),

-- beside what is due by then: what is dated later in the period, as it opens and, while it is running, as it stands
ahead as (

    select
        pieces.*,
        days.period_type,
        days.period_start_date,
        1 as is_opening
    from pieces
    inner join days
        on pieces.close_date = days.date_day
    where
        days.period_start_date <= {{ as_of }}
        and pieces.starts_date < days.period_start_date
        and coalesce(pieces.ends_date >= days.period_start_date, true)

    union all

    select
        pieces.*,
        days.period_type,
        days.period_start_date,
        0 as is_opening
    from pieces
    inner join days
        on pieces.close_date = days.date_day
    where
        pieces.ends_date is null
        and pieces.close_date > {{ as_of }}
        and days.period_start_date <= {{ as_of }}

),

parts as (

    {% for scope in ["all_open", "closing_in_period"] -%}
        select
            owner_id,
            team,
            pipeline,
            opportunity_type,
            period_type,
            '{{ scope }}' as scope,
            is_opening,
            {{ "open_count" if scope == "all_open" else "due_count" }} as deals,
            {{ "open_value" if scope == "all_open" else "due_value" }} as deal_value,
            is_opening * due_count as overdue_count,
            is_opening * due_value as overdue,
            period_start_date
        from counted

        union all
    {% endfor %}
    select
        owner_id,
        team,
        pipeline,
        opportunity_type,
        period_type,
        'closing_in_period' as scope,
        is_opening,
        1 as deals,
        deal_value,
        0 as overdue_count,
        0 as overdue,
        period_start_date
    from ahead

)

select
    owner_id,
    team,
    pipeline,
    opportunity_type,
    period_type,
    scope,
    cast(sum(is_opening * deal_value) as decimal(18, 2)) as opening,
    cast(sum(overdue) as decimal(18, 2)) as overdue,
    cast(sum((1 - is_opening) * deal_value) as decimal(18, 2)) as closing,
    cast(sum(overdue_count) as bigint) as overdue_count,
    cast(sum((1 - is_opening) * deals) as bigint) as closing_count,
    period_start_date
from parts
group by owner_id, team, pipeline, opportunity_type, period_type, scope, period_start_date
