-- the periods for which each payee gets a statement: those begun in which a plan of that kind of period holds
with

assignments as (

    select * from {{ ref("int_compensation_assignments") }}

),

plans as (

    select * from {{ ref("int_compensation_plans") }}

),

periods as (

    select * from {{ ref("dim_period") }}
    where period_start_date <= cast('{{ var("as_of") }}' as date)

),

held as (

    select distinct
        assignments.payee_id,
        plans.plan,
        plans.currency,
        periods.period_type,
        periods.period_label,
        periods.is_complete,
        periods.period_start_date,
        periods.period_end_date
    from assignments
    inner join plans
        on
            assignments.plan = plans.plan
            and assignments.valid_from_date < plans.valid_to_date
            and assignments.valid_to_date > plans.valid_from_date
    inner join periods
        on
            plans.period_type = periods.period_type
            and periods.period_start_date < least(assignments.valid_to_date, plans.valid_to_date)
            and periods.period_end_date > greatest(assignments.valid_from_date, plans.valid_from_date)

)

select
    payee_id,
    {{ joined_texts("plan", ", ", "plan") }} as plan,
    currency,
    period_type,
    period_label,
    is_complete,
    period_start_date,
    period_end_date
from held
group by payee_id, currency, period_type, period_label, is_complete, period_start_date, period_end_date
