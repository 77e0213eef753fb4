-- every event with the plan and the components that pay on it, or with the reason why none does
with

events as (

    select * from {{ ref("int_compensation_events") }}

),

assignments as (

    select * from {{ ref("int_compensation_assignments") }}

),

plans as (

    select * from {{ ref("int_compensation_plans") }}

),

components as (

    select * from {{ ref("int_compensation_components") }}

),

fx_plan as (

    select * from {{ ref("int_fx_plan") }}

),

planned as (

    select
        events.*,
        assignments.plan as assigned_plan,
        assignments.valid_from_date as stint_from_date,
        plans.plan,
        plans.currency,
        plans.period_type,
        plans.plan_valid_from_date
    from events
    left join assignments
        on
            events.payee_id = assignments.payee_id
            and events.credit_date >= assignments.valid_from_date
            and events.credit_date < assignments.valid_to_date
    left join plans
        on
            assignments.plan = plans.plan
            and events.credit_date >= plans.valid_from_date
            and events.credit_date < plans.valid_to_date

),

joined as (

    select
        planned.*,
        components.component,
        components.measure,
        original_rates.plan_rate as original_rate,
        plan_rates.plan_rate as plan_currency_rate
    from planned
    left join components
        on
            planned.plan = components.plan
            and planned.credit_date >= components.valid_from_date
            and planned.credit_date < components.valid_to_date
            and (components.opportunity_type is null or planned.opportunity_type = components.opportunity_type)
    left join fx_plan as original_rates
        on
            planned.original_currency = original_rates.currency
            and planned.credit_date >= original_rates.valid_from_date
            and planned.credit_date < original_rates.valid_to_date
    left join fx_plan as plan_rates
        on
            planned.currency = plan_rates.currency
            and planned.credit_date >= plan_rates.valid_from_date
            and planned.credit_date < plan_rates.valid_to_date

)

select
    *,
    case
        when original_currency = currency then cast(original_amount as decimal(38, 10))
        else {{ exact_quotient(
            "cast(cast(original_amount as decimal(38, 10)) * cast(original_rate as decimal(18, 10)) as decimal(38, 10))",
            "plan_currency_rate"
        ) }}
    end as credited_amount,
    case
        when payee_id is null then 'no_owner'
        when credit_date is null then 'undated'
        when credit_date > cast('{{ var("as_of") }}' as date) then 'dated_after_as_of'
        when original_amount is null then 'no_amount'
        when assigned_plan is null then 'no_plan'
        when plan is null then 'plan_not_in_force'
        when component is null then 'no_component'
    end as reason_uncredited
from joined
