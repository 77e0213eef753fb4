{{ config(tags=["impact_tier_1"]) }}

with

periods as (

    select * from {{ ref("int_compensation_statement_periods") }}

),

totals as (

    select * from {{ ref("int_compensation_statement_totals") }}

),

quotas as (

    select * from {{ ref("int_compensation_quotas") }}
    where measure = 'booked_amount'

),

fx_plan as (

    select * from {{ ref("int_fx_plan") }}

),

reps as (

    select * from {{ ref("dim_rep") }}
    where is_current

),

stated as (

    select
        periods.*,
        reps.rep_name as payee_name,
        coalesce(totals.line_count, 0) as line_count,
        coalesce(totals.credited_amount, 0) as credited_amount,
        coalesce(totals.earned_amount, 0) as earned_amount,
        case
            when quotas.currency = periods.currency then quotas.quota_amount
            else cast({{ exact_quotient("quotas.quota_amount_plan", "fx_plan.plan_rate") }} as decimal(18, 2))
        end as quota_amount
    from periods
    left join totals
        on
            periods.payee_id = totals.payee_id
            and periods.currency = totals.currency
            and periods.period_type = totals.period_type
            and periods.period_start_date = totals.period_start_date
    left join quotas
        on
            periods.payee_id = quotas.payee_id
            and periods.period_type = quotas.span_type
            and periods.period_start_date = quotas.span_start_date
    left join fx_plan
        on
            periods.currency = fx_plan.currency
            and periods.period_start_date >= fx_plan.valid_from_date
            and periods.period_start_date < fx_plan.valid_to_date
    left join reps
        on periods.payee_id = reps.rep_id

),

summed as (

    select
        *,
        sum(earned_amount) over account as earned_so_far
    from stated
    window account as (
        partition by payee_id, currency order by period_end_date asc, period_start_date desc
        rows between unbounded preceding and current row
    )

),

-- what was paid up to a period is the highest sum earned so far: a negative rest is carried until it is earned back
paid as (

    select
        *,
        greatest(max(earned_so_far) over account, 0) as paid_so_far
    from summed
    window account as (
        partition by payee_id, currency order by period_end_date asc, period_start_date desc
        rows between unbounded preceding and current row
    )

),

balanced as (

    select
        *,
        coalesce(lag(earned_so_far - paid_so_far) over account, 0) as opening_amount,
        paid_so_far - coalesce(lag(paid_so_far) over account, 0) as payable_amount,
        earned_so_far - paid_so_far as carried_forward_amount
    from paid
    window account as (partition by payee_id, currency order by period_end_date asc, period_start_date desc)

),

final as (

    select
        ---------- ids
        payee_id,

        ---------- text
        payee_name,
        plan,
        period_type,
        period_label,
        currency,

        ---------- numbers
        cast(line_count as integer) as line_count,
        cast(credited_amount as decimal(18, 2)) as credited_amount,
        cast(quota_amount as decimal(18, 2)) as quota_amount,
        cast({{ exact_quotient("credited_amount", "quota_amount") }} as decimal(18, 6)) as attainment,
        cast(opening_amount as decimal(18, 2)) as opening_amount,
        cast(earned_amount as decimal(18, 2)) as earned_amount,
        cast(payable_amount as decimal(18, 2)) as payable_amount,
        cast(carried_forward_amount as decimal(18, 2)) as carried_forward_amount,

        ---------- flags
        is_complete,

        ---------- dates
        period_start_date,
        period_end_date
    from balanced

)

select * from final
