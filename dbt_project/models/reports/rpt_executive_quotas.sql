-- what each rep is to book in the quarter and in the year of the week: quotas of the longest kind that fits, else summed
with

week as (

    select * from {{ ref("rpt_periods") }}
    where period_type = 'week'

),

quotas as (

    select * from {{ ref("fct_quotas") }}
    where subject_type = 'rep' and measure = 'booked_amount'

),

spans as (

    select
        'quarter' as span,
        quarter_start_date as span_start_date,
        quarter_end_date as span_end_date
    from week
    union all
    select
        'year' as span,
        year_start_date as span_start_date,
        year_end_date as span_end_date
    from week

),

within_span as (

    select
        spans.span,
        quotas.subject_id as rep_id,
        quotas.period_type,
        sum(quotas.quota_amount_plan) as quota_amount,
        case quotas.period_type when 'year' then 1 when 'quarter' then 2 else 3 end as preference
    from spans
    inner join quotas
        on
            spans.span_start_date <= quotas.period_start_date
            and spans.span_end_date >= quotas.period_end_date
    group by spans.span, quotas.subject_id, quotas.period_type

),

ranked as (

    select
        *,
        row_number() over (partition by span, rep_id order by preference) as choice
    from within_span

)

select
    ---------- ids
    rep_id,

    ---------- text
    span,

    ---------- numbers
    cast(quota_amount as decimal(18, 2)) as quota_amount
from ranked
where choice = 1
