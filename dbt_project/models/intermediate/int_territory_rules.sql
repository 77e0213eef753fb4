-- the territory rules as they hold, by day; of overlapping rows of a rule the later recorded holds
with

rules as (

    select * from {{ ref("stg_config__territory_rules") }}

),

effective as (

    {{ effective_rows("rules", ["rule_id"], ["territory_type", "territory", "cause", "priority"]) }}
)

select
    rule_id,
    territory_type,
    territory,
    priority,
    {{ cause_rank("cause") }} as cause_rank,
    valid_from_date,
    valid_to_date
from effective
