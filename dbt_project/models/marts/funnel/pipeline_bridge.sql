{{ config(tags=["impact_tier_1"]) }}
{% set keys = ["owner_id", "team", "pipeline", "opportunity_type", "period_type", "scope", "period_start_date"] %}
{% set entries = ["transferred_in", "reopened", "new", "pulled_in"] %}
{% set exits = ["won", "lost", "disqualified", "deleted_or_merged", "transferred_out", "pushed_out"] %}
{% set money = ["opening", "revaluation"] + entries + ["increased"] + exits + ["decreased", "closing", "overdue", "booked"] %}
{% set counts = ["overdue_count", "closing_count", "pushed_out_count"] %}
{% set of_ends = ["opening", "closing", "overdue", "overdue_count", "closing_count"] %}

with

movements as (

    select * from {{ ref("int_bridge_movements") }}

),

ends as (

    select * from {{ ref("int_bridge_ends") }}

),

booked as (

    select * from {{ ref("int_bridge_booked") }}

),

periods as (

    select * from {{ ref("dim_period") }}

),

moved as (

    select
        {{ keys | join(", ") }},
        sum(revaluation) as revaluation,
        {% for entry in entries -%}
            sum(case when way_in = '{{ entry }}' then entered else 0 end) as {{ entry }},
        {% endfor -%}
        sum(increased) as increased,
        {% for exit in exits -%}
            sum(case when way_out = '{{ exit }}' then exited else 0 end) as {{ exit }},
        {% endfor -%}
        sum(decreased) as decreased,
        sum(case when way_out = 'pushed_out' then 1 else 0 end) as pushed_out_count
    from movements
    group by {{ keys | join(", ") }}

),

scopes as (

    select 'all_open' as scope
    union all
    select 'closing_in_period' as scope

),

parts as (

    select
        {{ keys | join(", ") }},
        {% for column in money + counts -%}
            {{ column if column not in of_ends + ["booked"] else 0 }} as {{ column }}
            {%- if not loop.last %}, {% endif %}
        {% endfor %}
    from moved

    union all

    select
        {{ keys | join(", ") }},
        {% for column in money + counts -%}
            {{ column if column in of_ends else 0 }} as {{ column }}
            {%- if not loop.last %}, {% endif %}
        {% endfor %}
    from ends

    union all

    select
        {{ keys | join(", ") }},
        {% for column in money + counts -%}
            {{ column if column == "booked" else 0 }} as {{ column }}
            {%- if not loop.last %}, {% endif %}
        {% endfor %}
    from booked
    cross join scopes

),

totals as (

    select
        {% for column in money -%}
            cast(sum({{ column }}) as decimal(18, 2)) as {{ column }},
        {% endfor -%}
        {% for column in counts -%}
            cast(sum({{ column }}) as integer) as {{ column }},
        {% endfor -%}
        {{ keys | join(", ") }}
    from parts
    group by {{ keys | join(", ") }}

),

final as (

    select
        ---------- ids
        totals.owner_id,

        ---------- text
        totals.team,
        totals.pipeline,
        totals.opportunity_type,
        totals.period_type,
        totals.scope,

        ---------- numbers
        {% for column in money -%}
            totals.{{ column }},
        {% endfor -%}
        cast(totals.booked - totals.won as decimal(18, 2)) as booked_less_won,
        totals.overdue_count,
        case
            when totals.scope = 'closing_in_period' and periods.is_complete
                then totals.closing_count + totals.pushed_out_count
        end as slipped_count,

        ---------- flags
        periods.is_complete,

        ---------- dates
        totals.period_start_date
    from totals
    inner join periods
        on
            totals.period_type = periods.period_type
            and totals.period_start_date = periods.period_start_date

)

select * from final
