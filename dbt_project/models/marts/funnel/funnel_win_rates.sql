{{ config(tags=["impact_tier_1"]) }}
{% set dimensions = ["owner", "team", "pipeline", "opportunity_type", "region", "source"] %}
{% set counts = ["won_count", "lost_count", "disqualified_count", "open_count", "noes_before_yes"] %}
{% set starts = {
    "week": "week_start_date",
    "month": "fiscal_month_start_date",
    "quarter": "fiscal_quarter_start_date",
    "year": "fiscal_year_start_date",
} %}

with

rate_base as (

    select * from {{ ref("int_opportunity_rate_base") }}

),

days as (

    select * from {{ ref("dim_date") }}

),

periods as (

    select * from {{ ref("dim_period") }}

),

by_period as (

    {% for period_type, column in starts.items() %}
        select
            '{{ period_type }}' as period_type,
            days.{{ column }} as period_start_date,
            rate_base.*
        from rate_base
        inner join days
            on rate_base.rate_date = days.date_day
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- renewals and expansions stand apart as members of opportunity_type; every other dimension is new business
by_dimension as (

    {% for dimension in ["all"] + dimensions %}
        select
            *,
            '{{ dimension }}' as dimension,
            {{ dimension if dimension != "all" else "'all'" }} as member
        from by_period
        where
            '{{ dimension }}' = 'opportunity_type'
            or {{ "true" if var("renewals_in_win_rates") else "false" }}
            or opportunity_type not in ('renewal', 'expansion')
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

totals as (

    select
        period_type,
        period_start_date,
        basis,
        dimension,
        member,
        {% for count in counts -%}
            cast(sum({{ count }}) as integer) as {{ count }},
        {% endfor -%}
        cast(sum(won_value) as decimal(18, 2)) as won_value,
        cast(sum(lost_value) as decimal(18, 2)) as lost_value
    from by_dimension
    group by period_type, period_start_date, basis, dimension, member

),

final as (

    select
        ---------- text
        totals.period_type,
        totals.basis,
        totals.dimension,
        totals.member,

        ---------- numbers
        totals.won_count,
        totals.lost_count,
        totals.disqualified_count,
        totals.open_count,
        cast({{ divide("totals.won_count", "totals.won_count + totals.lost_count") }} as decimal(18, 6)) as win_rate,
        cast({{ divide(
            "totals.won_count",
            "totals.won_count + totals.lost_count + totals.disqualified_count + totals.open_count"
        ) }} as decimal(18, 6)) as won_of_all,
        totals.won_value,
        totals.lost_value,
        cast(
            {{ divide("totals.won_value", "totals.won_value + totals.lost_value") }} as decimal(18, 6)
        ) as win_rate_value,
        totals.noes_before_yes,

        ---------- flags
        case when totals.basis = 'created' then totals.open_count = 0 else periods.is_complete end as is_mature,

        ---------- dates
        totals.period_start_date
    from totals
    inner join periods
        on
            totals.period_type = periods.period_type
            and totals.period_start_date = periods.period_start_date

)

select * from final
