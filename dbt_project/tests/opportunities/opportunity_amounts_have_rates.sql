-- every amount converts; the remedy is a rate for the currency from that day on, or the year's plan rate
select
    currency,
    case when amount_plan is null then 'plan' else 'dated' end as kind,
    min(
        case
            when amount_plan is not null and close_date is not null then close_date
            else cast(valid_from_at as date)
        end
    ) as first_missing_date,
    count(*) as intervals
from {{ ref("fct_opportunity_history") }}
where amount is not null and (amount_plan is null or amount_dated is null)
group by currency, case when amount_plan is null then 'plan' else 'dated' end
