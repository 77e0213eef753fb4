-- who is paid by which plan, by day; without a break in it an assignment is one stint, however many rows it has
with

assignments as (

    select * from {{ ref("stg_config__plan_assignments") }}

),

effective as (

    {{ effective_rows("assignments", ["payee_id", "plan"], []) }}
),

marked as (

    select
        *,
        case
            when lag(valid_to_date) over (partition by payee_id, plan order by valid_from_date) = valid_from_date then 0
            else 1
        end as begins_stint
    from effective

),

stints as (

    select
        *,
        sum(begins_stint) over (
            partition by payee_id, plan order by valid_from_date
            rows between unbounded preceding and current row
        ) as stint
    from marked

)

select
    payee_id,
    plan,
    min(valid_from_date) as valid_from_date,
    max(valid_to_date) as valid_to_date
from stints
group by payee_id, plan, stint
