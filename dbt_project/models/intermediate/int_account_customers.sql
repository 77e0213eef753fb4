-- from when and until when each account is a customer: by its paid subscriptions where it has had any, otherwise by the
-- deals that are won now, each for its contract's term or without end
with

subscriptions as (

    select * from {{ ref("fct_subscriptions") }}
    where not is_trial

),

deals as (

    select * from {{ ref("fct_opportunities") }}
    where is_won and not is_deleted and booked_date <= date '{{ var("as_of") }}'

),

terms as (

    select
        opportunity_id,
        contract_start_date,
        cast(round(term_months) as integer) as term_months
    from {{ ref("stg_crm__opportunities") }}

),

contracts as (

    select
        opportunity_id,
        max({{ dbt.dateadd("day", 1, "end_date") }}) as end_date
    from {{ ref("stg_crm__contracts") }}
    where opportunity_id is not null and end_date is not null and not coalesce(is_deleted, false) and not is_vanished
    group by opportunity_id

),

spans as (

    select
        account_id,
        1 as precedence,
        start_date,
        end_date
    from subscriptions
    where account_id is not null

    union all

    select
        deals.account_id,
        2 as precedence,
        deals.booked_date as start_date,
        cast(coalesce(
            contracts.end_date,
            {{ dbt.dateadd("month", "terms.term_months", "coalesce(terms.contract_start_date, deals.booked_date)") }}
        ) as date) as end_date
    from deals
    inner join terms
        on deals.opportunity_id = terms.opportunity_id
    left join contracts
        on deals.opportunity_id = contracts.opportunity_id
    where deals.account_id is not null

),

ranked as (

    select
        *,
        min(precedence) over (partition by account_id) as first_precedence
    from spans

)

select
    account_id,
    max(case when coalesce(end_date > date '{{ var("as_of") }}', true) then 1 else 0 end) = 1 as is_customer,
    min(start_date) as customer_since_date,
    case
        when max(case when coalesce(end_date > date '{{ var("as_of") }}', true) then 1 else 0 end) = 0 then max(end_date)
    end as customer_until_date
from ranked
where precedence = first_precedence
group by account_id
