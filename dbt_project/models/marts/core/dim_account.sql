with

accounts as (

    select * from {{ ref("stg_crm__accounts") }}

),

wins as (

    select
        account_id,
        min(case when event = 'won' then booked_date end) as first_won_date
    from {{ ref("fct_close_events") }}
    where account_id is not null
    group by account_id

),

customers as (

    select * from {{ ref("int_account_customers") }}

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
    case when customers.is_customer then 'customer' when not customers.is_customer then 'former' else 'prospect' end
        as customer_status,
    accounts.industry,
    accounts.country,
    accounts.region,
    accounts.city,
    accounts.postal_code,

    ---------- numbers
    accounts.employees,
    accounts.annual_revenue,

    ---------- flags
    coalesce(customers.is_customer, false) as is_customer,
    coalesce(accounts.is_deleted, false) or accounts.is_vanished as is_deleted,

    ---------- dates
    wins.first_won_date,
    customers.customer_since_date,
    customers.customer_until_date,

    ---------- times
    accounts.created_at
from accounts
left join wins
    on accounts.account_id = wins.account_id
left join customers
    on accounts.account_id = customers.account_id
