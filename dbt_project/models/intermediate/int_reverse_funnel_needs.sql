-- how many wins each team still needs for the quota of a year that is not over
{% set as_of = "cast('" ~ var("as_of") ~ "' as date)" %}

with

quotas as (

    select * from {{ ref("int_quotas_by_period") }}
    where subject_type = 'team' and period_type = 'year'

),

years as (

    select * from {{ ref("dim_period") }}
    where period_type = 'year' and period_end_date > {{ as_of }}

),

quarters as (

    select * from {{ ref("int_last_four_quarters") }}

),

bookings as (

    select * from {{ ref("fct_close_events") }}
    where booked_date is not null and team is not null

),

opportunities as (

    select * from {{ ref("fct_opportunities") }}

),

rates as (

    select * from {{ ref("int_stage_win_rates") }}

),

recent_wins as (

    select
        opportunities.closing_team as team,
        opportunities.amount_plan,
        {{ is_of_new_business("opportunities.opportunity_type", "opportunities.closing_team") }} as is_rated
    from opportunities
    inner join quarters
        on
            opportunities.booked_date >= quarters.starts_date
            and opportunities.booked_date < quarters.ends_date
    where opportunities.is_won

),

won_values as (

    select
        team,
        cast({{ divide("sum(coalesce(amount_plan, 0))", "count(*)") }} as decimal(18, 2)) as mean_won_value
    from recent_wins
    where is_rated
    group by team

),

-- a team that never had an entry of its own into a stage is taken to be as good as the company
yields as (

    select
        opportunities.team,
        sum({{ round_half_up(
            "opportunities.amount_plan * " ~ divide(
                "coalesce(own.won_count, company.won_count)", "coalesce(own.entered_count, company.entered_count)"
            ), 2
        ) }}) as expected_yield
    from opportunities
    left join rates as own
        on
            opportunities.team = own.team
            and opportunities.stage = own.stage
    left join rates as company
        on
            company.team is null
            and opportunities.stage = company.stage
    where opportunities.is_in_pipeline
    group by opportunities.team

),

booked as (

    select
        bookings.team,
        years.period_start_date,
        sum(bookings.booked_amount_plan) as won
    from bookings
    inner join years
        on
            bookings.booked_date >= years.period_start_date
            and bookings.booked_date < years.period_end_date
    group by bookings.team, years.period_start_date

),

final as (

    select
        quotas.subject_id as team,
        quotas.quota,
        coalesce(booked.won, 0) as won,
        coalesce(yields.expected_yield, 0) as expected_yield,
        won_values.mean_won_value,
        quotas.period_start_date,
        years.period_end_date
    from quotas
    inner join years
        on quotas.period_start_date = years.period_start_date
    left join booked
        on
            quotas.subject_id = booked.team
            and quotas.period_start_date = booked.period_start_date
    left join yields
        on quotas.subject_id = yields.team
    left join won_values
        on quotas.subject_id = won_values.team

)

select
    team,
    quota,
    cast(won as decimal(18, 2)) as won,
    cast(expected_yield as decimal(18, 2)) as expected_yield,
    mean_won_value,
    cast({{ divide("greatest(quota - won - expected_yield, 0)", "mean_won_value") }} as decimal(18, 6)) as wins_needed,
    period_start_date,
    period_end_date
from final
