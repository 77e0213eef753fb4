-- each opportunity as it stands at as_of, with the close that decides it and its place in the pipeline
with

history as (

    select * from {{ ref("fct_opportunity_history") }}
    where valid_to_at is null

),

closes as (

    select * from {{ ref("fct_close_events") }}
    where is_latest_close

),

outcomes as (

    select
        *,
        row_number() over (partition by opportunity_id order by event_sequence desc) as from_last
    from {{ ref("int_opportunity_outcomes_valued") }}

),

rates as (

    select * from {{ ref("int_fx_daily") }}

),

starting_stage as (

    select * from {{ ref("int_stage_map_places") }}
    where
        stage = '{{ var("funnel_start_stage") }}'
        and cast('{{ var("as_of") }}' as date) >= valid_from_date
        and cast('{{ var("as_of") }}' as date) < valid_to_date

),

kinds as (

    select
        *,
        coalesce(stage_kind = 'open', false) and not is_deleted as is_open,
        coalesce(stage_kind in ('won', 'post-sale'), false) and not is_deleted as is_won,
        coalesce(stage_kind = 'lost', false) and not is_deleted as is_lost,
        coalesce(stage_kind = 'disqualified', false) and not is_deleted as is_disqualified
    from history

),

final as (

    select
        kinds.*,
        coalesce(kinds.is_open and kinds.stage_order >= starting_stage.stage_order, false) as is_in_pipeline,
        closes.booked_date,
        closes.occurred_at as closed_at,
        closes.owner_id as closing_owner_id,
        closes.team as closing_team,
        coalesce(closes.is_undated, false) as is_close_undated,
        coalesce(closes.is_not_counted, false) as is_not_counted,
        closes.lost_amount,
        closes.lost_amount_plan,
        closes.noes_before_yes,
        -- a won deal is worth what is booked of it; any other is converted as of as_of
        cast(
            case
                when kinds.is_won then outcomes.booked_after_plan
                else {{ round_half_up("kinds.amount * today.plan_rate", 2) }}
            end as decimal(18, 2)
        ) as current_amount_plan,
        cast(
            case
                when kinds.is_won then outcomes.booked_after_dated
                else kinds.amount_dated
            end as decimal(18, 2)
        ) as current_amount_dated
    from kinds
    left join closes
        on kinds.opportunity_id = closes.opportunity_id
    left join outcomes
        on
            kinds.opportunity_id = outcomes.opportunity_id
            and outcomes.from_last = 1
    left join rates as today
        on
            kinds.currency = today.currency
            and cast('{{ var("as_of") }}' as date) = today.date_day
    left join starting_stage
        on kinds.stage_kind = 'open'

)

select * from final
