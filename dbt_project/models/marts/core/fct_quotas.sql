with

feed as (

    select * from {{ ref("stg_crm__quotas") }}

),

configured as (

    select * from {{ ref("stg_config__quotas") }}

),

users as (

    select * from {{ ref("stg_crm__record_ids") }}
    where record_type = 'user'

),

periods as (

    select * from {{ ref("dim_period") }}

),

rates as (

    select * from {{ ref("int_fx_plan") }}

),

-- the configuration goes before the feed, the later recorded before the earlier
everything as (

    select
        subject_type, subject_id, measure, period_type, period_start_date, amount, currency, source as given_by,
        2 as precedence, {{ beginning_of_time() }} as recorded_at
    from feed
    union all
    select
        subject_type, subject_id, measure, period_type, period_start as period_start_date, amount, currency, null as given_by,
        1 as precedence, coalesce(recorded_at, {{ beginning_of_time() }}) as recorded_at
    from configured

),

named as (

    select
        everything.subject_type,
        case
            when everything.subject_type <> 'rep' then everything.subject_id
            else coalesce(users.record_id, {{ given_id("everything.subject_id", "coalesce(everything.given_by, 'config')") }})
        end as subject_id,
        coalesce(everything.measure, 'booked_amount') as measure,
        everything.period_type,
        everything.period_start_date,
        everything.amount,
        coalesce(everything.currency, '{{ var("company_currency") }}') as currency,
        everything.precedence,
        everything.recorded_at
    from everything
    left join users
        on everything.subject_type = 'rep' and everything.subject_id = users.crm_id

),

ranked as (

    select
        *,
        row_number() over (
            partition by subject_type, subject_id, measure, period_type, period_start_date
            order by precedence, recorded_at desc, amount
        ) as choice
    from named

)

select
    ---------- ids
    ranked.subject_type,
    ranked.subject_id,

    ---------- text
    ranked.measure,
    ranked.period_type,
    ranked.currency,

    ---------- numbers
    cast(ranked.amount as decimal(18, 2)) as quota_amount,
    cast({{ round_half_up("ranked.amount * rates.plan_rate", 2) }} as decimal(18, 2)) as quota_amount_plan,

    ---------- dates
    ranked.period_start_date,
    periods.period_end_date
from ranked
left join periods
    on ranked.period_type = periods.period_type and ranked.period_start_date = periods.period_start_date
left join rates
    on
        ranked.currency = rates.currency
        and ranked.period_start_date >= rates.valid_from_date
        and ranked.period_start_date < rates.valid_to_date
where ranked.choice = 1
