{{ config(tags=["impact_tier_2"]) }}
{% set counts = ["created_count", "open_count", "touched_count", "stale_count"] %}
{% set money = ["created_value", "due_value", "quota", "booked"] %}

with

figures as (

    select * from {{ ref("int_pipeline_efficiency_figures") }}

),

periods as (

    select * from {{ ref("dim_period") }}

),

totals as (

    select
        owner_id,
        period_type,
        {% for figure in counts -%}
            cast(coalesce(sum(case when figure = '{{ figure }}' then number end), 0) as integer) as {{ figure }},
        {% endfor -%}
        {% for figure in money -%}
            cast(sum(case when figure = '{{ figure }}' then number end) as decimal(18, 2)) as {{ figure }},
        {% endfor -%}
        period_start_date
    from figures
    group by owner_id, period_type, period_start_date

),

final as (

    select
        ---------- ids
        totals.owner_id,

        ---------- text
        totals.period_type,

        ---------- numbers
        {% for figure in counts -%}
            totals.{{ figure }},
        {% endfor -%}
        cast({{ divide("totals.touched_count", "totals.open_count") }} as decimal(18, 6)) as touched_share,
        cast({{ divide("totals.stale_count", "totals.open_count") }} as decimal(18, 6)) as stale_share,
        cast(coalesce(totals.created_value, 0) as decimal(18, 2)) as created_value,
        cast(coalesce(totals.due_value, 0) as decimal(18, 2)) as due_value,
        cast(coalesce(totals.booked, 0) as decimal(18, 2)) as booked,
        totals.quota,
        cast(totals.quota - coalesce(totals.booked, 0) as decimal(18, 2)) as remaining_quota,
        cast(
            case
                when totals.quota > coalesce(totals.booked, 0)
                    then {{ divide("coalesce(totals.due_value, 0)", "totals.quota - coalesce(totals.booked, 0)") }}
            end as decimal(18, 6)
        ) as coverage,

        ---------- flags
        periods.is_complete,

        ---------- dates
        least(
            cast({{ dbt.dateadd("day", -1, "periods.period_end_date") }} as date), cast('{{ var("as_of") }}' as date)
        ) as measured_date,
        totals.period_start_date
    from totals
    inner join periods
        on
            totals.period_type = periods.period_type
            and totals.period_start_date = periods.period_start_date

)

select * from final
