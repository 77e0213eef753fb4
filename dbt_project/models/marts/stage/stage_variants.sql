{{ config(tags=["impact_tier_2"]) }}

with

paths as (

    select * from {{ ref("int_opportunity_paths") }}

),

opportunities as (

    select * from {{ ref("fct_opportunities") }}
    where not is_deleted

),

-- the fastest tenth of the wins: those as fast as the deal at the tenth percentile, or faster
fast as (

    select percentile_cont(0.1) within group (order by cycle_days) as fast_days
    from opportunities
    where is_won

),

walked as (

    select
        paths.path,
        paths.stages,
        opportunities.amount_plan,
        opportunities.is_won and not opportunities.is_not_counted as is_won,
        opportunities.is_lost and not opportunities.is_not_counted as is_lost,
        opportunities.cycle_days,
        opportunities.is_won and coalesce(opportunities.cycle_days <= fast.fast_days, false) as is_fast
    from paths
    inner join opportunities
        on paths.opportunity_id = opportunities.opportunity_id
    cross join fast

),

totals as (

    select
        path,
        max(stages) as stages,
        count(*) as deals,
        sum(case when is_won then 1 else 0 end) as won_deals,
        sum(case when is_lost then 1 else 0 end) as lost_deals,
        sum(case when is_fast then 1 else 0 end) as fastest_deals,
        sum(amount_plan) as total_value,
        percentile_cont(0.5) within group (order by cycle_days) as median_cycle_days
    from walked
    group by path

),

ranked as (

    select
        *,
        row_number() over (order by deals desc, path asc) as variant_rank,
        sum(deals) over () as all_deals,
        sum(won_deals) over () as all_won_deals,
        sum(fastest_deals) over () as all_fastest_deals,
        sum(deals) over (order by deals desc, path asc rows between unbounded preceding and current row) as deals_so_far
    from totals

),

final as (

    select
        ---------- text
        path,

        ---------- numbers
        cast(variant_rank as integer) as variant_rank,
        cast(stages as integer) as stages,
        cast(deals as bigint) as deals,
        cast({{ divide("deals", "all_deals") }} as decimal(18, 6)) as share,
        cast({{ divide("deals_so_far", "all_deals") }} as decimal(18, 6)) as cumulative_share,
        cast(won_deals as bigint) as won_deals,
        cast(lost_deals as bigint) as lost_deals,
        cast({{ divide("won_deals", "won_deals + lost_deals") }} as decimal(18, 6)) as win_rate,
        cast(median_cycle_days as double) as median_cycle_days,
        cast(total_value as decimal(18, 2)) as value,
        cast(fastest_deals as bigint) as fastest_deals,
        cast({{ divide("fastest_deals", "all_fastest_deals") }} as decimal(18, 6)) as fastest_share,
        cast({{ divide(
            "cast(fastest_deals as double) * all_won_deals",
            "cast(won_deals as double) * all_fastest_deals"
        ) }} as decimal(18, 6)) as fastest_lift
    from ranked

)

select * from final
