with

accounts as (

    select * from {{ ref("stg_crm__accounts") }}

),

wins as (

    select
        account_id,
        min(case when event = 'won' then booked_date end) as first_won_date,
        max(case when is_latest_close and event = 'won' then 1 else 0 end) as has_won
    from {{ ref("fct_close_events") }}
    where account_id is not null
    group by account_id

)

select
    ---------- ids
    accounts.account_id,
    accounts.parent_id,
    accounts.owner_id,
    accounts.merged_into_id,

    ---------- text
    accounts.account_name,
    accounts.account_type,
    accounts.industry,
    accounts.country,
    accounts.region,
    accounts.city,
    accounts.postal_code,

    ---------- numbers
    accounts.employees,
    accounts.annual_revenue,

    ---------- flags
    coalesce(wins.has_won = 1, false) as is_customer,
    coalesce(accounts.is_deleted, false) or accounts.is_vanished as is_deleted,

    ---------- dates
    wins.first_won_date,

    ---------- times
    accounts.created_at
from accounts
left join wins
    on accounts.account_id = wins.account_id
