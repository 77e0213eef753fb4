-- the journey of every subject: a deal's own, with the leads that became it and the account that it made a customer.
-- A lead that became no deal and an account that never bought are journeys of their own.
with

opportunities as (

    select opportunity_id from {{ ref("int_opportunity_origins") }}

),

leads as (

    select lead_id from {{ ref("stg_crm__leads") }}

),

lead_facts as (

    select
        lead_id,
        matched_opportunity_id
    from {{ ref("fct_leads") }}

),

accounts as (

    select account_id from {{ ref("stg_crm__accounts") }}

),

wins as (

    select
        account_id,
        opportunity_id,
        row_number() over (
            partition by account_id
            order by case when booked_date is null then 1 else 0 end, booked_date, event_sequence, opportunity_id
        ) as win_number
    from {{ ref("fct_close_events") }}
    where event = 'won' and account_id is not null

)

select
    'opportunity' as subject_type,
    opportunity_id as subject_id,
    opportunity_id as journey_id
from opportunities

union all

select
    'lead' as subject_type,
    leads.lead_id as subject_id,
    coalesce(opportunities.opportunity_id, {{ dbt.concat(["'lead/'", "leads.lead_id"]) }}) as journey_id
from leads
left join lead_facts
    on leads.lead_id = lead_facts.lead_id
left join opportunities
    on lead_facts.matched_opportunity_id = opportunities.opportunity_id

union all

select
    'account' as subject_type,
    accounts.account_id as subject_id,
    coalesce(wins.opportunity_id, {{ dbt.concat(["'account/'", "accounts.account_id"]) }}) as journey_id
from accounts
left join wins
    on accounts.account_id = wins.account_id and wins.win_number = 1
