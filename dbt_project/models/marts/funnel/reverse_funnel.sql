{{ config(tags=["impact_tier_2"]) }}
{% set as_of = "cast('" ~ var("as_of") ~ "' as date)" %}

with

needs as (

    select * from {{ ref("int_reverse_funnel_needs") }}

),

stages as (

    select * from {{ ref("int_stage_map_places") }}
    where stage_kind = 'open' and {{ as_of }} >= valid_from_date and {{ as_of }} < valid_to_date

),

starting_stage as (

    select * from stages
    where stage = '{{ var("funnel_start_stage") }}'

),

rates as (

    select * from {{ ref("int_stage_win_rates") }}

),

paces as (

    select * from {{ ref("int_reverse_funnel_paces") }}

),

open_deals as (

    select
        team,
        stage,
        count(*) as open_count,
        sum(coalesce(amount_plan, 0)) as open_value
    from {{ ref("fct_opportunities") }}
    where is_in_pipeline
    group by team, stage

),

joined as (

    select
        needs.*,
        stages.stage,
        stages.stage_order,
        coalesce(own.entered_count, company.entered_count) as entered_count,
        coalesce(own.won_count, company.won_count) as won_count,
        coalesce(own.median_days, company.median_days) as median_days,
        own.stage is null and company.stage is not null as is_company_rate,
        coalesce(open_deals.open_count, 0) as open_count,
        coalesce(open_deals.open_value, 0) as open_value,
        {{ divide("paces.calls", "paces.entries") }} as calls_per_entry,
        {{ divide("paces.emails", "paces.entries") }} as emails_per_entry,
        {{ calendar_days(as_of, "needs.period_end_date") }} - 1 as days_left
    from needs
    inner join starting_stage
        on needs.team is not null
    inner join stages
        on starting_stage.stage_order <= stages.stage_order
    left join rates as own
        on
            needs.team = own.team
            and stages.stage = own.stage
    left join rates as company
        on
            company.team is null
            and stages.stage = company.stage
    left join paces
        on
            needs.team = paces.team
            and stages.stage = paces.stage
    left join open_deals
        on
            needs.team = open_deals.team
            and stages.stage = open_deals.stage

),

-- never a chain of stage rates: each stage's own rate, from it to the win
needed as (

    select
        *,
        {{ divide("wins_needed * entered_count", "won_count") }} as needed_entries,
        cast({{ dbt.dateadd("day", "-cast(ceil(median_days) as integer) - 1", "period_end_date") }} as date) as latest_entry_date
    from joined

),

final as (

    select
        ---------- text
        team,
        stage,

        ---------- numbers
        stage_order,
        quota,
        won,
        expected_yield,
        mean_won_value,
        wins_needed,
        entered_count,
        won_count,
        cast({{ divide("won_count", "entered_count") }} as decimal(18, 6)) as win_rate,
        cast(needed_entries as decimal(18, 6)) as needed_entries,
        cast(open_count as integer) as open_count,
        cast(open_value as decimal(18, 2)) as open_value,
        cast(calls_per_entry as decimal(18, 6)) as calls_per_entry,
        cast(emails_per_entry as decimal(18, 6)) as emails_per_entry,
        cast({{ divide("needed_entries * calls_per_entry * 7", "days_left") }} as decimal(18, 2)) as calls_a_week,
        cast({{ divide("needed_entries * emails_per_entry * 7", "days_left") }} as decimal(18, 2)) as emails_a_week,
        median_days,

        ---------- flags
        is_company_rate,
        coalesce(latest_entry_date < {{ as_of }}, false) as is_too_late,

        ---------- dates
        latest_entry_date,
        period_start_date
    from needed

)

select * from final
