-- what is to be booked in a period: the quota given for it, otherwise the sum of those given for quarters, or months, within it
with

quotas as (

    select * from {{ ref("fct_quotas") }}
    where measure = 'booked_amount'

),

days as (

    select * from {{ ref("int_period_days") }}
    where period_type != 'week'

),

placed as (

    select
        quotas.subject_type,
        quotas.subject_id,
        quotas.period_type as given_for,
        days.period_type,
        days.period_start_date,
        quotas.quota_amount_plan
    from quotas
    inner join days
        on quotas.period_start_date = days.date_day
    where
        quotas.period_type = days.period_type
        or (days.period_type = 'quarter' and quotas.period_type = 'month')
        or (days.period_type = 'year' and quotas.period_type in ('month', 'quarter'))

),

summed as (

    select
        subject_type,
        subject_id,
        period_type,
        period_start_date,
        sum(quota_amount_plan) as quota,
        row_number() over (
            partition by subject_type, subject_id, period_type, period_start_date
            order by case given_for when 'year' then 1 when 'quarter' then 2 else 3 end
        ) as choice
    from placed
    group by subject_type, subject_id, period_type, period_start_date, given_for

)

select
    subject_type,
    subject_id,
    period_type,
    cast(quota as decimal(18, 2)) as quota,
    period_start_date
from summed
where choice = 1
