-- what each deal was to the pipeline, from instant to instant: open in it, closed in some way, deleted or outside;
-- a new row where that changes, and for open deals where owner, amount, currency or close date do
with

history as (

    select * from {{ ref("fct_opportunity_history") }}

),

starting_stage as (

    select * from {{ ref("int_stage_map_places") }}
    where stage = '{{ var("funnel_start_stage") }}'

),

judged as (

    select
        history.opportunity_id,
        history.owner_id,
        case
            when history.is_deleted then 'deleted'
            when history.stage_kind in ('won', 'post-sale') then 'won'
            when history.stage_kind in ('lost', 'disqualified') then history.stage_kind
            when history.stage_kind = 'open' and history.stage_order >= starting_stage.stage_order then 'open'
            else 'outside'
        end as status,
        history.currency,
        history.amount,
        coalesce(history.last_amount, 0) as last_amount,
        history.close_date,
        history.valid_from_at
    from history
    left join starting_stage
        on
            {{ local_date("history.valid_from_at") }} >= starting_stage.valid_from_date
            and {{ local_date("history.valid_from_at") }} < starting_stage.valid_to_date

),

compared as (

    select
        *,
        lag(status) over timeline as status_before,
        lag(close_date) over timeline as close_date_before,
        coalesce(
            status = lag(status) over timeline
            and (
                status != 'open'
                or (
                    owner_id is not distinct from lag(owner_id) over timeline
                    and currency = lag(currency) over timeline
                    and last_amount = lag(last_amount) over timeline
                    and close_date is not distinct from lag(close_date) over timeline
                )
            ),
            false
        ) as is_unchanged
    from judged
    window timeline as (partition by opportunity_id order by valid_from_at)

),

-- a deal that is back in the pipeline, or on its way there, after it was closed, deleted or fallen back
told as (

    select
        *,
        lead(valid_from_at) over timeline as ends_at,
        max(case when status in ('open', 'won') then 1 else 0 end) over (
            partition by opportunity_id order by valid_from_at rows between unbounded preceding and 1 preceding
        ) as has_been_in
    from compared
    where not is_unchanged
    window timeline as (partition by opportunity_id order by valid_from_at)

)

select
    ---------- ids
    opportunity_id,
    owner_id,

    ---------- text
    status,
    status_before,
    currency,

    ---------- numbers
    case when status = 'won' then coalesce(amount, 0) else last_amount end as amount,

    ---------- dates
    close_date,
    close_date_before,

    ---------- times
    valid_from_at as starts_at,
    ends_at,
    {{ last_known("case
        when status_before in ('won', 'lost', 'disqualified') and status in ('open', 'outside', 'won') then valid_from_at
        when status_before in ('deleted', 'outside') and status in ('open', 'won') and has_been_in = 1 then valid_from_at
    end") }} over (
        partition by opportunity_id order by valid_from_at rows between unbounded preceding and current row
    ) as reopened_at
from told
