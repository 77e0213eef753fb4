-- every line against every band of its component: how much of the credit lies in it, before and with the line
with

lines as (

    select * from {{ ref("int_compensation_lines") }}

),

bands as (

    select * from {{ ref("int_compensation_bands") }}

),

-- bounds that are fractions of quota are multiplied by it; without a quota nothing is known
bounded as (

    select
        lines.credit_id,
        bands.lower_bound,
        bands.rate,
        lines.basis_before,
        lines.basis_after,
        case
            when lines.tier_unit = 'money' then cast(bands.lower_bound as decimal(38, 10))
            else cast(bands.lower_bound * cast(lines.quota_amount as decimal(38, 10)) as decimal(38, 10))
        end as lower_amount,
        case
            when lines.tier_unit = 'money' then cast(bands.upper_bound as decimal(38, 10))
            else cast(bands.upper_bound * cast(lines.quota_amount as decimal(38, 10)) as decimal(38, 10))
        end as upper_amount
    from lines
    inner join bands
        on
            lines.plan = bands.plan
            and lines.component = bands.component
            and lines.credit_date >= bands.valid_from_date
            and lines.credit_date < bands.valid_to_date

),

filled as (

    select
        credit_id,
        lower_bound,
        rate,
        case
            when lower_amount is not null
                then sign(basis_before) * greatest(
                    least(abs(basis_before), coalesce(upper_amount, abs(basis_before))) - lower_amount, 0
                )
        end as amount_before,
        case
            when lower_amount is not null
                then sign(basis_after) * greatest(
                    least(abs(basis_after), coalesce(upper_amount, abs(basis_after))) - lower_amount, 0
                )
        end as amount_after
    from bounded

)

select
    credit_id,
    lower_bound,
    rate,
    cast(amount_before as decimal(38, 10)) as amount_before,
    cast(amount_after as decimal(38, 10)) as amount_after,
    cast(amount_after - amount_before as decimal(38, 10)) as amount_in_band
from filled
