-- each plan's version in force, by day
with

plans as (

    select * from {{ ref("stg_config__commission_plans") }}

),

effective as (

    {{ effective_rows("plans", ["plan"], ["currency", "period_type"]) }}
)

select
    plan,
    coalesce(currency, '{{ var("company_currency") }}') as currency,
    period_type,
    version_from_date as plan_valid_from_date,
    valid_from_date,
    valid_to_date
from effective
