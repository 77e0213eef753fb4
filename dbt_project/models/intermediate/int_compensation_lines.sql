-- every credit with what was credited before it in its span, and the span's quota
with

credits as (

    select * from {{ ref("compensation_credits") }}

),

components as (

    select * from {{ ref("int_compensation_components") }}

),

calendar as (

    select * from {{ ref("dim_date") }}

),

quotas as (

    select * from {{ ref("int_compensation_quotas") }}

),

fx_plan as (

    select * from {{ ref("int_fx_plan") }}

),

settled as (

    select
        credits.*,
        components.basis,
        components.tier_unit,
        components.method,
        components.rounding_mode,
        components.rounding_decimals,
        case components.quota_span when 'period' then credits.period_type else components.quota_span end as span_type,
        case
            when components.quota_span = 'period' then credits.period_start_date
            when components.quota_span = 'quarter' then calendar.fiscal_quarter_start_date
            else calendar.fiscal_year_start_date
        end as span_start_date
    from credits
    inner join components
        on
            credits.plan = components.plan
            and credits.component = components.component
            and credits.credit_date >= components.valid_from_date
            and credits.credit_date < components.valid_to_date
    inner join calendar
        on credits.credit_date = calendar.date_day

),

-- a change of plan begins anew; a new version of the same plan does not
accumulated as (

    select
        *,
        case
            when basis = 'transaction' then credited_amount
            else sum(credited_amount) over (
                partition by payee_id, plan, stint_from_date, component, span_type, span_start_date
                order by credit_date, opportunity_id, event_sequence, credit_id
                rows between unbounded preceding and current row
            )
        end as basis_after
    from settled

)

select
    accumulated.*,
    accumulated.basis_after - accumulated.credited_amount as basis_before,
    case
        when quotas.currency = accumulated.currency then quotas.quota_amount
        else cast({{ exact_quotient("quotas.quota_amount_plan", "fx_plan.plan_rate") }} as decimal(18, 2))
    end as quota_amount
from accumulated
left join quotas
    on
        accumulated.payee_id = quotas.payee_id
        and accumulated.measure = quotas.measure
        and accumulated.span_type = quotas.span_type
        and accumulated.span_start_date = quotas.span_start_date
left join fx_plan
    on
        accumulated.currency = fx_plan.currency
        and accumulated.span_start_date >= fx_plan.valid_from_date
        and accumulated.span_start_date < fx_plan.valid_to_date
