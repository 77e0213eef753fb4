-- opening + earned = payable + carried forward; a statement opens with what the one before carried; nothing is
-- carried while something is paid
with

statements as (

    select
        *,
        coalesce(
            lag(carried_forward_amount) over (
                partition by payee_id, currency order by period_end_date asc, period_start_date desc
            ),
            0
        ) as carried_before
    from {{ ref("compensation_statements") }}

)

select * from statements
where
    opening_amount + earned_amount <> payable_amount + carried_forward_amount
    or opening_amount <> carried_before
    or payable_amount < 0
    or carried_forward_amount > 0
    or (payable_amount > 0 and carried_forward_amount < 0)
