-- a statement earns what its lines earn, and every line is in a statement
with

lines as (

    select
        payee_id,
        currency,
        period_type,
        period_start_date,
        count(*) as line_count,
        sum(earned_amount) as earned_amount
    from {{ ref("compensation_earnings") }}
    group by payee_id, currency, period_type, period_start_date

),

statements as (

    select * from {{ ref("compensation_statements") }}

)

select
    coalesce(statements.payee_id, lines.payee_id) as payee_id,
    coalesce(statements.period_start_date, lines.period_start_date) as period_start_date,
    statements.earned_amount,
    lines.earned_amount as lines_earned_amount
from statements
full outer join lines
    on
        statements.payee_id = lines.payee_id
        and statements.currency = lines.currency
        and statements.period_type = lines.period_type
        and statements.period_start_date = lines.period_start_date
where
    statements.payee_id is null
    or statements.earned_amount <> coalesce(lines.earned_amount, 0)
    or statements.line_count <> coalesce(lines.line_count, 0)
