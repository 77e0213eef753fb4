-- all credit lies in exactly one band: what lies in none earns nothing, what lies in two earns twice; remedy: correct
-- the component's rows in commission_tiers.csv
with

lines as (

    select * from {{ ref("int_compensation_lines") }}
    where tier_unit = 'money' or quota_amount is not null

),

bands as (

    select
        credit_id,
        sum(abs(amount_after)) as amount_in_bands
    from {{ ref("int_compensation_line_bands") }}
    group by credit_id

)

select
    lines.plan,
    lines.component,
    lines.credit_id,
    lines.basis_after,
    bands.amount_in_bands
from lines
left join bands
    on lines.credit_id = bands.credit_id
where bands.amount_in_bands is null or bands.amount_in_bands <> abs(lines.basis_after)
