-- what each line's bands pay before rounding, and the sum as text
with

bands as (

    select * from {{ ref("int_compensation_line_bands") }}

),

pieces as (

    select
        *,
        amount_before * rate as earned_before,
        amount_after * rate as earned_after,
        case
            when amount_in_band <> 0
                then concat(
                    case when amount_in_band < 0 then ' − ' else ' + ' end,
                    {{ number_text("abs(amount_in_band)") }},
                    ' at ',
                    {{ rate_text("rate") }}
                )
        end as piece
    from bands

)

select
    credit_id,
    cast(sum(earned_before) as decimal(38, 10)) as earned_before,
    cast(sum(earned_after) as decimal(38, 10)) as earned_after,
    {{ joined_texts("piece", "", "lower_bound") }} as pieces,
    max(case when lower_bound = 0 then {{ rate_text("rate") }} end) as first_rate
from pieces
group by credit_id
