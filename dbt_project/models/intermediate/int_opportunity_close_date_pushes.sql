-- how often each opportunity's expected close date was moved out: to a later day than the last one known before
with

close_dates as (

    select
        opportunity_id,
        change_sequence,
        is_creation,
        changed_at,
        {{ safe_cast("new_value", "date") }} as close_date
    from {{ ref("fct_opportunity_changes") }}
    where attribute = 'close_date'

),

known as (

    select
        *,
        {{ last_known("close_date") }} over (
            partition by opportunity_id order by change_sequence
            rows between unbounded preceding and 1 preceding
        ) as close_date_before
    from close_dates

)

select
    opportunity_id,
    sum(case when close_date > close_date_before then 1 else 0 end) as pushes,
    sum(
        case
            when close_date > close_date_before
                then {{ calendar_days("close_date_before", "close_date") }}
            else 0
        end
    ) as days_pushed,
    max(case when close_date > close_date_before then changed_at end) as last_pushed_at
from known
where not is_creation
group by opportunity_id
