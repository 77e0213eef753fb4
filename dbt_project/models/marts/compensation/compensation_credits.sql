{{ config(tags=["impact_tier_1"]) }}

with

claims as (

    select * from {{ ref("int_compensation_claims") }}
    where reason_uncredited is null

),

calendar as (

    select * from {{ ref("dim_date") }}

),

final as (

    select
        ---------- ids
        {{ dbt.concat([
            "claims.close_event_id", "'|'", "claims.payee_id", "'|owner|'", "claims.plan", "'|'", "claims.component",
        ]) }} as credit_id,
        claims.opportunity_id,
        claims.payee_id,
        claims.close_event_id,

        ---------- text
        'owner' as role,
        claims.plan,
        claims.component,
        claims.measure,
        claims.event,
        claims.period_type,
        claims.currency,
        claims.original_currency,

        ---------- numbers
        cast(claims.event_sequence as integer) as event_sequence,
        cast(1 as decimal(18, 6)) as share,
        claims.credited_amount,
        cast(claims.original_amount as decimal(18, 2)) as original_amount,

        ---------- dates
        claims.credit_date,
        case claims.period_type
            when 'month' then calendar.fiscal_month_start_date
            when 'quarter' then calendar.fiscal_quarter_start_date
            when 'year' then calendar.fiscal_year_start_date
        end as period_start_date,
        claims.stint_from_date,
        claims.plan_valid_from_date
    from claims
    left join calendar
        on claims.credit_date = calendar.date_day

)

select * from final
