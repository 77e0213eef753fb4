-- each payee's quota by span: set for the span itself, otherwise the sum of its quarters', otherwise of its months'
with

quotas as (

    select * from {{ ref("fct_quotas") }}
    where subject_type = 'rep' and period_type in ('month', 'quarter', 'year')

),

calendar as (

    select * from {{ ref("dim_date") }}

),

spans as (

    select 'month' as span_type
    union all
    select 'quarter' as span_type
    union all
    select 'year' as span_type

),

placed as (

    select
        quotas.subject_id as payee_id,
        quotas.measure,
        spans.span_type,
        quotas.period_type,
        quotas.quota_amount,
        quotas.quota_amount_plan,
        quotas.currency,
        case quotas.period_type when 'year' then 1 when 'quarter' then 2 else 3 end as fineness,
        case spans.span_type
            when 'month' then calendar.fiscal_month_start_date
            when 'quarter' then calendar.fiscal_quarter_start_date
            else calendar.fiscal_year_start_date
        end as span_start_date
    from quotas
    inner join calendar
        on quotas.period_start_date = calendar.date_day
    cross join spans
    where
        quotas.period_type = spans.span_type
        or (quotas.period_type = 'month' and spans.span_type in ('quarter', 'year'))
        or (quotas.period_type = 'quarter' and spans.span_type = 'year')

),

summed as (

    select
        payee_id,
        measure,
        span_type,
        span_start_date,
        fineness,
        case when min(currency) = max(currency) then min(currency) end as currency,
        cast(sum(quota_amount) as decimal(18, 2)) as quota_amount,
        cast(sum(quota_amount_plan) as decimal(18, 2)) as quota_amount_plan,
        row_number() over (
            partition by payee_id, measure, span_type, span_start_date order by fineness
        ) as choice
    from placed
    group by payee_id, measure, span_type, span_start_date, fineness

)

select
    payee_id,
    measure,
    span_type,
    span_start_date,
    currency,
    quota_amount,
    quota_amount_plan
from summed
where choice = 1
