-- what each deal did to the pipeline of each owner within each period and scope, net: at most one way in and one way out
with

pieces as (

    select * from {{ ref("int_bridge_pieces") }}

),

days as (

    select * from {{ ref("int_period_days") }}

),

plan_rates as (

    select * from {{ ref("int_fx_plan") }}

),

-- a piece moves something only in the periods in which it begins or ends
touched as (

    select
        pieces.*,
        days.period_type,
        days.period_start_date,
        days.period_end_date
    from pieces
    inner join days
        on pieces.starts_date = days.date_day

    union all

    select
        pieces.*,
        days.period_type,
        days.period_start_date,
        days.period_end_date
    from pieces
    inner join days
        on pieces.ends_date = days.date_day
    where pieces.starts_date < days.period_start_date

),

placed as (

    select
        *,
        starts_date < period_start_date as is_opening,
        status = 'open' and coalesce(ends_date >= period_end_date, true) as is_closing,
        -- a win is in every scope
        status = 'won' or coalesce(close_date < period_end_date, false) as is_due
    from touched

),

held as (

    select
        opportunity_id,
        owner_id,
        team,
        period_type,
        period_start_date,
        period_end_date,
        max(case when is_opening then piece_number end) as opening_piece,
        max(case when is_closing then piece_number end) as closing_piece,
        min(piece_number) as first_piece,
        max(piece_number) as last_piece,
        max(case when is_due and is_opening then piece_number end) as due_opening_piece,
        max(case when is_due and is_closing then piece_number end) as due_closing_piece,
        min(case when is_due then piece_number end) as due_first_piece,
        max(case when is_due then piece_number end) as due_last_piece
    from placed
    group by opportunity_id, owner_id, team, period_type, period_start_date, period_end_date

),

-- what leaves the scope and stays with the owner is pushed out; otherwise its last piece says how it left
scoped as (

    select
        opportunity_id,
        'all_open' as scope,
        period_type,
        period_start_date,
        period_end_date,
        opening_piece is not null as is_in_opening,
        closing_piece is not null as is_in_closing,
        false as is_pushed_out,
        coalesce(opening_piece, first_piece) as base_piece,
        coalesce(closing_piece, last_piece) as final_piece
    from held

    union all

    select
        opportunity_id,
        'closing_in_period' as scope,
        period_type,
        period_start_date,
        period_end_date,
        due_opening_piece is not null as is_in_opening,
        due_closing_piece is not null as is_in_closing,
        due_closing_piece is null and closing_piece is not null as is_pushed_out,
        coalesce(due_opening_piece, due_first_piece) as base_piece,
        coalesce(
            due_closing_piece, case when closing_piece is not null then due_last_piece else last_piece end
        ) as final_piece
    from held
    where due_first_piece is not null

),

ways as (

    select
        scoped.opportunity_id,
        base.owner_id,
        base.team,
        base.pipeline,
        base.opportunity_type,
        scoped.scope,
        scoped.period_type,
        scoped.period_start_date,
        case
            when scoped.is_in_opening then null
            when
                base.is_handed_over
                and (scoped.scope = 'all_open' or base.close_date_before < scoped.period_end_date)
                then 'transferred_in'
            when base.reopened_date >= scoped.period_start_date then 'reopened'
            when base.reached_date >= scoped.period_start_date then 'new'
            else 'pulled_in'
        end as way_in,
        case
            when scoped.is_in_closing then null
            when scoped.is_pushed_out then 'pushed_out'
            when final.status = 'open' then 'transferred_out'
            when final.status = 'deleted' then 'deleted_or_merged'
            when final.status = 'outside' then 'disqualified'
            else final.status
        end as way_out,
        base.currency,
        base.amount as base_amount,
        base.deal_value as base_value,
        case
            when scoped.is_in_closing or final.status != 'open' then final.deal_value
            else final.value_after
        end as final_value,
        case
            when scoped.is_in_closing
                then least(
                    cast({{ dbt.dateadd("day", -1, "scoped.period_end_date") }} as date),
                    cast('{{ var("as_of") }}' as date)
                )
            when final.status != 'open' then final.starts_date
            else final.ends_date
        end as final_date
    from scoped
    inner join pieces as base
        on
            scoped.opportunity_id = base.opportunity_id
            and scoped.base_piece = base.piece_number
    inner join pieces as final
        on
            scoped.opportunity_id = final.opportunity_id
            and scoped.final_piece = final.piece_number

),

-- the change of a plan rate is no increase: the amount at the beginning is restated at the rate of the end
restated as (

    select
        ways.*,
        cast({{ round_half_up("ways.base_amount * plan_rates.plan_rate", 2) }} as decimal(18, 2)) as restated_value
    from ways
    left join plan_rates
        on
            ways.currency = plan_rates.currency
            and ways.final_date >= plan_rates.valid_from_date
            and ways.final_date < plan_rates.valid_to_date

),

final as (

    select
        ---------- ids
        opportunity_id,
        owner_id,

        ---------- text
        team,
        pipeline,
        opportunity_type,
        period_type,
        scope,
        way_in,
        way_out,

        ---------- numbers
        case when way_in is null then base_value else 0 end as opening,
        restated_value - base_value as revaluation,
        case when way_in is null then 0 else base_value end as entered,
        case when way_out is null then 0 else final_value end as exited,
        greatest(final_value - restated_value, 0) as increased,
        greatest(restated_value - final_value, 0) as decreased,
        case when way_out is null then final_value else 0 end as closing,

        ---------- dates
        period_start_date
    from restated

)

select
    opportunity_id,
    owner_id,
    team,
    pipeline,
    opportunity_type,
    period_type,
    scope,
    way_in,
    way_out,
    cast(opening as decimal(18, 2)) as opening,
    cast(revaluation as decimal(18, 2)) as revaluation,
    cast(entered as decimal(18, 2)) as entered,
    cast(exited as decimal(18, 2)) as exited,
    cast(increased as decimal(18, 2)) as increased,
    cast(decreased as decimal(18, 2)) as decreased,
    cast(closing as decimal(18, 2)) as closing,
    period_start_date
from final
where way_in is not null or way_out is not null or revaluation != 0 or increased != 0 or decreased != 0
