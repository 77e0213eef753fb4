-- each opportunity's account and the CRM's own territory, by day; the last state of a day counts
with

history as (

    select * from {{ ref("fct_opportunity_history") }}

),

days as (

    select
        opportunity_id,
        account_id,
        territory,
        {{ local_date("valid_from_at") }} as valid_from_date,
        case when valid_to_at is null then date '9999-12-31' else {{ local_date("valid_to_at") }} end as valid_to_date
    from history

),

marked as (

    select
        *,
        case
            when
                row_number() over timeline > 1
                and coalesce(lag(account_id) over timeline, '') = coalesce(account_id, '')
                and coalesce(lag(territory) over timeline, '') = coalesce(territory, '')
                then 0
            else 1
        end as is_change
    from days
    where valid_from_date < valid_to_date
    window timeline as (partition by opportunity_id order by valid_from_date)

),

numbered as (

    select
        *,
        sum(is_change) over (
            partition by opportunity_id order by valid_from_date
            rows between unbounded preceding and current row
        ) as state
    from marked

)

select
    opportunity_id,
    account_id,
    territory as crm_territory,
    min(valid_from_date) as valid_from_date,
    max(valid_to_date) as valid_to_date
from numbered
group by opportunity_id, account_id, territory, state
