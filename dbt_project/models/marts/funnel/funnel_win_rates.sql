{{ config(tags=["impact_tier_1"]) }}
{% set counts = ["won_count", "lost_count", "disqualified_count", "open_count", "noes_before_yes"] %}
{% set starts = period_starts() %}

with

-- renewals and expansions stand apart as members of type; every other dimension is new business
rate_base as (

    select * from {{ ref("int_opportunity_rate_base") }}
    {% if not var("renewals_in_win_rates") -%}
        where dimension = 'type' or not is_apart
    {%- endif %}

),

days as (

    select * from {{ ref("dim_date") }}

),

periods as (

    select * from {{ ref("dim_period") }}

),

totals as (

    {% for period_type, column in starts.items() %}
        select
            '{{ period_type }}' as period_type,
            days.{{ column }} as period_start_date,
            rate_base.basis,
            rate_base.dimension,
            rate_base.member,
            {% for count in counts -%}
                cast(sum(rate_base.{{ count }}) as integer) as {{ count }},
            {% endfor -%}
            cast(sum(rate_base.won_value) as decimal(18, 2)) as won_value,
            cast(sum(rate_base.lost_value) as decimal(18, 2)) as lost_value
        from rate_base
        inner join days
            on rate_base.rate_date = days.date_day
        group by days.{{ column }}, rate_base.basis, rate_base.dimension, rate_base.member
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

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
        totals.period_start_date,
        periods.period_end_date
    from totals
    inner join periods
        on
            totals.period_type = periods.period_type
            and totals.period_start_date = periods.period_start_date

)

select * from final
