{{ config(tags=["impact_tier_1"]) }}
{% set horizons = [30, 60, 90, 180, 365] %}
{% set reached = {"next": "next_date", "won": "won_date", "won_strictly": "won_strictly_date"} %}
{% set starts = period_starts() %}

with

entries as (

    select * from {{ ref("int_funnel_entries") }}

),

days as (

    select * from {{ ref("dim_date") }}

),

periods as (

    select * from {{ ref("dim_period") }}

),

-- a horizon includes its last day; counted by day, so that periods and horizons multiply sums and no deals
by_day as (

    select
        stage,
        segment,
        pipeline,
        opportunity_type,
        entered_date,
        {% for horizon in horizons -%}
            {% for what, column in reached.items() -%}
                sum(
                    case when {{ column }} <= {{ dbt.dateadd("day", horizon, "entered_date") }} then 1 else 0 end
                ) as {{ what }}_{{ horizon }},
            {% endfor -%}
        {% endfor -%}
        count(*) as entered
    from entries
    group by stage, segment, pipeline, opportunity_type, entered_date

),

by_period as (

    {% for period_type, column in starts.items() %}
        select
            '{{ period_type }}' as period_type,
            days.{{ column }} as period_start_date,
            by_day.stage,
            by_day.segment,
            by_day.pipeline,
            by_day.opportunity_type,
            {% for horizon in horizons -%}
                {% for what in reached -%}
                    sum(by_day.{{ what }}_{{ horizon }}) as {{ what }}_{{ horizon }},
                {% endfor -%}
            {% endfor -%}
            sum(by_day.entered) as entered
        from by_day
        inner join days
            on by_day.entered_date = days.date_day
        group by days.{{ column }}, by_day.stage, by_day.segment, by_day.pipeline, by_day.opportunity_type
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

by_horizon as (

    {% for horizon in horizons %}
        select
            period_type,
            period_start_date,
            stage,
            segment,
            pipeline,
            opportunity_type,
            {{ horizon }} as horizon_days,
            entered,
            next_{{ horizon }} as reached_next,
            won_{{ horizon }} as reached_won,
            won_strictly_{{ horizon }} as reached_won_strictly
        from by_period
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

final as (

    select
        ---------- text
        by_horizon.period_type,
        by_horizon.stage,
        by_horizon.segment,
        by_horizon.pipeline,
        by_horizon.opportunity_type,

        ---------- numbers
        by_horizon.horizon_days,
        cast(by_horizon.entered as integer) as entered,
        cast(by_horizon.reached_next as integer) as reached_next,
        cast(by_horizon.reached_won as integer) as reached_won,
        cast(by_horizon.reached_won_strictly as integer) as reached_won_strictly,
        cast({{ divide("by_horizon.reached_next", "by_horizon.entered") }} as decimal(18, 6)) as conversion_next,
        cast({{ divide("by_horizon.reached_won_strictly", "by_horizon.entered") }} as decimal(18, 6)) as conversion_strict,
        cast({{ divide("by_horizon.reached_won", "by_horizon.entered") }} as decimal(18, 6)) as conversion_any,

        ---------- flags
        {{ dbt.dateadd("day", "by_horizon.horizon_days - 1", "periods.period_end_date") }}
        <= date '{{ var("as_of") }}' as is_mature,

        ---------- dates
        by_horizon.period_start_date,
        periods.period_end_date
    from by_horizon
    inner join periods
        on
            by_horizon.period_type = periods.period_type
            and by_horizon.period_start_date = periods.period_start_date

)

select * from final
