-- what happened to each deal's outcome, in order: closes, reopenings, amendments and reversals
with

states as (

    select * from {{ ref("int_stage_states") }}

),

amendments as (

    select * from {{ ref("int_opportunity_amendments") }}

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

    select * from amendments

)

select * from outcomes
