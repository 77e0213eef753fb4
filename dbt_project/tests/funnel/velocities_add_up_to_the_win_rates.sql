-- the teams' deals, wins and won values of a period are those of the win rates of that period, on the closed basis
with

velocities as (

    select
        period_type,
        period_start_date,
        opportunity_type,
        sum(opportunities) as closed_count,
        sum(won_count) as won_count,
        sum(won_value) as won_value
    from {{ ref("funnel_velocity") }}
    group by period_type, period_start_date, opportunity_type

),

rates as (

    select
        period_type,
        period_start_date,
        member,
        won_count + lost_count as closed_count,
        won_count,
        won_value
    from {{ ref("funnel_win_rates") }}
    where basis = 'closed' and dimension = 'type' and won_count + lost_count > 0

)

select
    coalesce(velocities.period_type, rates.period_type) as period_type,
    coalesce(velocities.period_start_date, rates.period_start_date) as period_start_date,
    coalesce(velocities.opportunity_type, rates.member) as opportunity_type
from velocities
full outer join rates
    on
        velocities.period_type = rates.period_type
        and velocities.period_start_date = rates.period_start_date
        and coalesce(velocities.opportunity_type, '(none)') = rates.member
where
    velocities.period_type is null
    or rates.period_type is null
    or velocities.closed_count != rates.closed_count
    or velocities.won_count != rates.won_count
    or velocities.won_value != rates.won_value
