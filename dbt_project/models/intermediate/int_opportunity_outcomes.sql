-- what happened to each deal's outcome, in order: closes, reopenings, amendments and reversals
with

states as (

    select * from {{ ref("int_stage_states") }}

),

history as (

    select * from {{ ref("fct_opportunity_history") }}

),

statuses as (

    select
        *,
        case
            when is_deleted then 'deleted'
            when stage_kind = 'post-sale' then 'won'
            else coalesce(stage_kind, 'none')
        end as status
    from states

),

moves as (

    select
        *,
        lag(status) over (partition by opportunity_id order by change_sequence) as status_before,
        coalesce({{ last_known("case when status != 'deleted' then status end") }} over (
            partition by opportunity_id order by change_sequence
            rows between unbounded preceding and 1 preceding
        ), 'none') as live_status_before
    from statuses

),

amounts as (

    select
        *,
        lag(last_amount) over timeline as last_amount_before,
        lag(amount) over timeline as amount_before,
        lag(currency) over timeline as currency_before,
        coalesce(lag(stage_kind) over timeline in ('won', 'post-sale'), false)
        and coalesce(lag(is_deleted) over timeline = false, false) as is_won_before
    from history
    window timeline as (partition by opportunity_id order by valid_from_at)

),

steps as (

    select 1 as step
    union all
    select 2 as step

),

outcomes as (

    -- a deletion takes back what is booked, a return books it again
    select
        opportunity_id,
        case when status = 'deleted' then 'reversed' else 'amended' end as event,
        change_sequence,
        1 as step,
        is_undated,
        changed_at,
        valid_from_at
    from moves
    where
        (status = 'deleted' and status_before = 'won')
        or (status = 'won' and status_before = 'deleted' and live_status_before = 'won')

    union all

    -- whatever leaves an outcome is a reopening, another outcome without an open stage between too
    select
        opportunity_id,
        'reopened' as event,
        change_sequence,
        1 as step,
        is_undated,
        changed_at,
        valid_from_at
    from moves
    where
        live_status_before in ('won', 'lost', 'disqualified')
        and status not in ('deleted', live_status_before)

    union all

    select
        opportunity_id,
        status as event,
        change_sequence,
        2 as step,
        is_undated,
        changed_at,
        valid_from_at
    from moves
    where
        status in ('won', 'lost', 'disqualified')
        and status != live_status_before

    union all

    -- a later change of a won deal's amount; in another currency the old one is taken back first
    select
        amounts.opportunity_id,
        'amended' as event,
        2147483647 as change_sequence,
        steps.step,
        false as is_undated,
        amounts.valid_from_at as changed_at,
        amounts.valid_from_at
    from amounts
    inner join steps
        on
            steps.step = 2
            or amounts.currency != amounts.currency_before
    where
        amounts.is_won_before
        and amounts.stage_kind in ('won', 'post-sale')
        and not amounts.is_deleted
        and (
            coalesce(amounts.amount, 0) != coalesce(amounts.amount_before, 0)
            or amounts.currency != amounts.currency_before
        )

)

select * from outcomes
