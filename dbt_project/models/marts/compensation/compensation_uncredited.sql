{{ config(tags=["impact_tier_1"]) }}

with

claims as (

    select * from {{ ref("int_compensation_claims") }}
    where reason_uncredited is not null

),

final as (

    select
        ---------- ids
        close_event_id,
        opportunity_id,
        payee_id as owner_id,

        ---------- text
        event,
        opportunity_type,
        reason_uncredited as reason,
        assigned_plan,
        original_currency,

        ---------- numbers
        cast(original_amount as decimal(18, 2)) as original_amount,

        ---------- dates
        credit_date
    from claims

)

select * from final
