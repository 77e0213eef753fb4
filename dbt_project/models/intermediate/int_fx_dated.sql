-- dated rates by interval: a rate holds until the next one
with

rates as (

    select currency, rate_date, rate, 1 as precedence, coalesce(recorded_at, {{ beginning_of_time() }}) as recorded_at
    from {{ ref("stg_config__fx_rates") }}
    where kind = 'dated'
    union all
    select currency, rate_date, rate, 2 as precedence, {{ beginning_of_time() }} as recorded_at
    from {{ ref("stg_crm__fx_rates") }}
    where coalesce(kind, 'dated') = 'dated'

),

ranked as (

    select
        *,
        row_number() over (
            partition by currency, rate_date order by precedence, recorded_at desc, rate
        ) as choice
    from rates
    where currency <> '{{ var("company_currency") }}' and rate_date is not null

)

select
    currency,
    cast(rate as decimal(28, 10)) as dated_rate,
    rate_date as valid_from_date,
    cast(lead(rate_date, 1, date '9999-12-31') over (partition by currency order by rate_date) as date) as valid_to_date
from ranked
where choice = 1

union all

select
    '{{ var("company_currency") }}' as currency,
    cast(1 as decimal(28, 10)) as dated_rate,
    date '1900-01-01' as valid_from_date,
    date '9999-12-31' as valid_to_date
