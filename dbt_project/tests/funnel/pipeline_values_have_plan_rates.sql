-- a deal in the pipeline needs the plan rate of every fiscal year that it sees; the remedy is the rate of that year
with

states as (

    select
        currency,
        {{ local_date("starts_at") }} as starts_date,
        coalesce({{ local_date("ends_at") }}, cast('{{ var("as_of") }}' as date)) as ends_date
    from {{ ref("int_bridge_states") }}
    where status in ('open', 'won')

),

years as (

    select * from {{ ref("dim_period") }}
    where period_type = 'year'

)

select
    states.currency,
    years.period_label as fiscal_year,
    count(*) as deals
from states
inner join years
    on
        states.starts_date < years.period_end_date
        and states.ends_date >= years.period_start_date
left join {{ ref("int_fx_plan") }} as plan_rates
    on
        states.currency = plan_rates.currency
        and years.period_start_date >= plan_rates.valid_from_date
        and years.period_start_date < plan_rates.valid_to_date
where plan_rates.currency is null
group by states.currency, years.period_label
