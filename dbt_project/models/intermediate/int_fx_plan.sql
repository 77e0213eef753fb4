-- plan rates by fiscal year; the company's own currency is always worth one. Wide, so that an amount times a rate never
-- overflows: DuckDB multiplies two decimals of up to 18 digits within 18 digits
with

feed as (

    select * from {{ ref("stg_crm__fx_rates") }}
    where kind = 'plan'

),

configured as (

    select * from {{ ref("stg_config__fx_rates") }}
    where kind = 'plan'

),

calendar as (

    select
        fiscal_year,
        min(date_day) as valid_from_date,
        {{ dbt.dateadd("day", 1, "max(date_day)") }} as valid_to_date
    from {{ ref("dim_date") }}
    group by fiscal_year

),

-- the configuration goes before the feed, the later recorded before the earlier
rates as (

    select currency, fiscal_year, rate, 1 as precedence, coalesce(recorded_at, {{ beginning_of_time() }}) as recorded_at
    from configured
    union all
    select currency, fiscal_year, rate, 2 as precedence, {{ beginning_of_time() }} as recorded_at
    from feed

),

ranked as (

    select
        *,
        row_number() over (
            partition by currency, fiscal_year order by precedence, recorded_at desc, rate
        ) as choice
    from rates
    where currency <> '{{ var("company_currency") }}'

)

select
    ranked.currency,
    cast(ranked.rate as decimal(28, 10)) as plan_rate,
    cast(calendar.valid_from_date as date) as valid_from_date,
    cast(calendar.valid_to_date as date) as valid_to_date
from ranked
inner join calendar
    on ranked.fiscal_year = calendar.fiscal_year
where ranked.choice = 1

union all

select
    '{{ var("company_currency") }}' as currency,
    cast(1 as decimal(28, 10)) as plan_rate,
    date '1900-01-01' as valid_from_date,
    date '9999-12-31' as valid_to_date
