-- each deal's way through the pipeline in numbered pieces of one owner, team, amount and close date; what takes it out of
-- the pipeline is a piece without length, which belongs to the owner of that moment, and so is every win
with

states as (

    select * from {{ ref("int_bridge_states") }}

),

wins as (

    select
        opportunity_id,
        occurred_at
    from {{ ref("fct_close_events") }}
    where event = 'won' and occurred_at is not null

),

reps as (

    select * from {{ ref("dim_rep") }}

),

plan_rates as (

    select
        *,
        {{ local_midnight("valid_from_date") }} as valid_from_at,
        {{ local_midnight("valid_to_date") }} as valid_to_at
    from {{ ref("int_fx_plan") }}

),

opportunities as (

    select
        opportunity_id,
        pipeline,
        opportunity_type
    from {{ ref("fct_opportunities") }}

),

-- wins of deals that were not open just before
sudden_wins as (

    select
        states.opportunity_id,
        states.starts_at
    from states
    inner join wins
        on
            states.opportunity_id = wins.opportunity_id
            and states.starts_at <= wins.occurred_at
            and coalesce(states.ends_at, {{ end_of_time() }}) > wins.occurred_at
    where states.status = 'won' and coalesce(states.status_before, 'none') != 'open'
    group by states.opportunity_id, states.starts_at

),

stretches as (

    select
        opportunity_id,
        owner_id,
        status,
        currency,
        amount,
        close_date,
        reopened_at,
        starts_at,
        coalesce(ends_at, {{ end_of_time() }}) as ends_at
    from states
    where status = 'open'

    union all

    select
        states.opportunity_id,
        states.owner_id,
        states.status,
        states.currency,
        states.amount,
        states.close_date_before as close_date,
        states.reopened_at,
        states.starts_at,
        states.starts_at as ends_at
    from states
    left join sudden_wins
        on
            states.opportunity_id = sudden_wins.opportunity_id
            and states.starts_at = sudden_wins.starts_at
    where
        states.status != 'open'
        and (states.status_before = 'open' or sudden_wins.starts_at is not null)

),

-- cut where the owner's team changes and where a fiscal year brings another plan rate
cut as (

    select
        stretches.opportunity_id,
        stretches.owner_id,
        reps.team,
        stretches.status,
        stretches.currency,
        stretches.amount,
        cast({{ round_half_up("stretches.amount * plan_rates.plan_rate", 2) }} as decimal(18, 2)) as deal_value,
        stretches.close_date,
        stretches.reopened_at,
        greatest(
            stretches.starts_at, plan_rates.valid_from_at, coalesce(reps.valid_from_at, stretches.starts_at)
        ) as starts_at,
        least(stretches.ends_at, plan_rates.valid_to_at, coalesce(reps.valid_to_at, stretches.ends_at)) as ends_at
    from stretches
    inner join plan_rates
        on
            stretches.currency = plan_rates.currency
            and stretches.starts_at < plan_rates.valid_to_at
            and (stretches.ends_at > plan_rates.valid_from_at or stretches.starts_at >= plan_rates.valid_from_at)
    left join reps
        on
            stretches.owner_id = reps.rep_id
            and stretches.starts_at < reps.valid_to_at
            and (stretches.ends_at > reps.valid_from_at or stretches.starts_at >= reps.valid_from_at)
    where
        greatest(stretches.starts_at, plan_rates.valid_from_at, coalesce(reps.valid_from_at, stretches.starts_at))
        < least(stretches.ends_at, plan_rates.valid_to_at, coalesce(reps.valid_to_at, stretches.ends_at))
        or stretches.starts_at = stretches.ends_at

),

numbered as (

    select
        *,
        row_number() over timeline as piece_number,
        min(starts_at) over (partition by opportunity_id) as reached_at,
        lag(close_date) over timeline as close_date_before,
        coalesce(
            lag(ends_at) over timeline = starts_at
            and (
                owner_id is distinct from lag(owner_id) over timeline
                or team is distinct from lag(team) over timeline
            ),
            false
        ) as is_handed_over,
        case when lead(starts_at) over timeline = ends_at then lead(deal_value) over timeline end as value_after
    from cut
    window timeline as (partition by opportunity_id order by starts_at)

)

select
    ---------- ids
    numbered.opportunity_id,
    cast(numbered.piece_number as integer) as piece_number,
    numbered.owner_id,

    ---------- text
    numbered.team,
    opportunities.pipeline,
    opportunities.opportunity_type,
    numbered.status,
    numbered.currency,

    ---------- numbers
    cast(numbered.amount as decimal(18, 2)) as amount,
    numbered.deal_value,
    numbered.value_after,

    ---------- flags
    numbered.is_handed_over,

    ---------- dates
    numbered.close_date,
    numbered.close_date_before,
    {{ local_date("numbered.starts_at") }} as starts_date,
    case when numbered.ends_at < {{ as_of_end() }} then {{ local_date("numbered.ends_at") }} end as ends_date,
    {{ local_date("numbered.reached_at") }} as reached_date,
    {{ local_date("numbered.reopened_at") }} as reopened_date
from numbered
inner join opportunities
    on numbered.opportunity_id = opportunities.opportunity_id
where numbered.starts_at < {{ as_of_end() }}
