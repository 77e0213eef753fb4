-- later changes of a won deal's amount; in another currency the old one is taken back first
with

history as (

    select * from {{ ref("fct_opportunity_history") }}

),

amounts as (

    select
        *,
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

amendments as (

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

select * from amendments
