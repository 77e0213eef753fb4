-- the bands of each component by day; a table of bands is replaced as a whole
with

tiers as (

    select * from {{ ref("stg_config__commission_tiers") }}

),

effective as (

    {{ effective_rows("tiers", ["plan", "component"], ["lower_bound", "upper_bound", "rate"]) }}
)

select
    plan,
    component,
    cast(lower_bound as decimal(18, 6)) as lower_bound,
    cast(upper_bound as decimal(18, 6)) as upper_bound,
    cast(rate as decimal(18, 6)) as rate,
    valid_from_date,
    valid_to_date
from effective
