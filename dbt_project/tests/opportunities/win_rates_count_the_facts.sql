-- the periods of every dimension together count the deals of the facts, once each
{% set measures = ["won_count", "lost_count", "disqualified_count", "open_count", "won_value", "lost_value"] %}

with

rates as (

    select
        {% for measure in measures -%}
            sum({{ measure }}) as {{ measure }},
        {% endfor -%}
        period_type,
        basis,
        dimension
    from {{ ref("funnel_win_rates") }}
    group by period_type, basis, dimension

),

opportunities as (

    select
        *,
        opportunity_type in ('renewal', 'expansion') as is_apart
    from {{ ref("fct_opportunities") }}
    where not is_deleted and not is_not_counted

),

based as (

    select
        'closed' as basis,
        *
    from opportunities
    where booked_date is not null and not is_open

    union all

    select
        'created' as basis,
        *
    from opportunities
    where created_date is not null

),

facts as (

    select
        basis,
        coalesce(is_apart, false) as is_apart,
        sum(case when is_won then 1 else 0 end) as won_count,
        sum(case when is_lost then 1 else 0 end) as lost_count,
        sum(case when is_disqualified then 1 else 0 end) as disqualified_count,
        sum(case when is_open then 1 else 0 end) as open_count,
        sum(case when is_won then coalesce(amount_plan, 0) else 0 end) as won_value,
        sum(case when is_lost then coalesce(lost_amount_plan, 0) else 0 end) as lost_value
    from based
    where is_won or is_lost or is_disqualified or is_open
    group by basis, coalesce(is_apart, false)

),

expected as (

    select
        {% for measure in measures -%}
            coalesce(sum(facts.{{ measure }}), 0) as {{ measure }},
        {% endfor -%}
        rates.period_type,
        rates.basis,
        rates.dimension
    from rates
    left join facts
        on
            rates.basis = facts.basis
            and (
                rates.dimension = 'type'
                or not facts.is_apart
                {% if var("renewals_in_win_rates") %}or facts.is_apart{% endif %}
            )
    group by rates.period_type, rates.basis, rates.dimension

)

select rates.*
from rates
inner join expected
    on
        rates.period_type = expected.period_type
        and rates.basis = expected.basis
        and rates.dimension = expected.dimension
where
    {% for measure in measures -%}
        {{ "or " if not loop.first }}rates.{{ measure }} != expected.{{ measure }}
    {% endfor %}
