-- what each plan pays for and how, by day
with

components as (

    select * from {{ ref("stg_config__commission_components") }}

),

effective as (

    {{ effective_rows("components", ["plan", "component"], [
        "measure", "credited_to", "credit_on", "basis", "quota_span", "tier_unit", "method",
        "rounding_mode", "rounding_decimals", "opportunity_type",
    ]) }}
)

select
    plan,
    component,
    measure,
    credited_to,
    credit_on,
    basis,
    quota_span,
    tier_unit,
    method,
    rounding_mode,
    rounding_decimals,
    opportunity_type,
    valid_from_date,
    valid_to_date
from effective
