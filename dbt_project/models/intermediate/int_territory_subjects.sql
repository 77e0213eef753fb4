-- accounts, leads and, where rules ask for product lines, opportunities with the attributes that rules ask for, by
-- day; of several states within a day the last one counts, and the first is taken to have held before
with

account_versions as (

    select * from {{ ref("int_account_versions") }}

),

leads as (

    select * from {{ ref("stg_crm__leads") }}

),

opportunity_accounts as (

    select * from {{ ref("int_territory_opportunity_accounts") }}

),

opportunities as (

    select * from {{ ref("stg_crm__opportunities") }}

),

types as (

    select * from {{ ref("int_territory_types") }}
    where has_product_lines

),

account_days as (

    select
        'account' as subject_type,
        account_id as subject_id,
        account_id,
        country,
        region,
        postal_code,
        industry,
        employees,
        annual_revenue,
        cast(null as {{ dbt.type_string() }}) as product_line,
        cast(null as {{ dbt.type_string() }}) as lead_type,
        owner_id,
        crm_territory,
        case
            when row_number() over timeline = 1 then date '1900-01-01'
            else {{ local_date("valid_from_at") }}
        end as valid_from_date,
        coalesce({{ local_date("lead(valid_from_at) over timeline") }}, date '9999-12-31') as valid_to_date
    from account_versions
    window timeline as (partition by account_id order by valid_from_at)

),

lead_days as (

    select
        'lead' as subject_type,
        lead_id as subject_id,
        cast(null as {{ dbt.type_string() }}) as account_id,
        country,
        region,
        postal_code,
        industry,
        employees,
        annual_revenue,
        cast(null as {{ dbt.type_string() }}) as product_line,
        lead_type,
        owner_id,
        cast(null as {{ dbt.type_string() }}) as crm_territory,
        date '1900-01-01' as valid_from_date,
        date '9999-12-31' as valid_to_date
    from leads

),

-- an opportunity has its account's attributes and a product line of its own
opportunity_days as (

    select
        'opportunity' as subject_type,
        opportunity_accounts.opportunity_id as subject_id,
        opportunity_accounts.account_id,
        account_days.country,
        account_days.region,
        account_days.postal_code,
        account_days.industry,
        account_days.employees,
        account_days.annual_revenue,
        opportunities.product_line,
        cast(null as {{ dbt.type_string() }}) as lead_type,
        account_days.owner_id,
        opportunity_accounts.crm_territory,
        greatest(opportunity_accounts.valid_from_date, coalesce(account_days.valid_from_date, date '1900-01-01'))
            as valid_from_date,
        least(opportunity_accounts.valid_to_date, coalesce(account_days.valid_to_date, date '9999-12-31'))
            as valid_to_date
    from opportunity_accounts
    inner join opportunities
        on opportunity_accounts.opportunity_id = opportunities.opportunity_id
    left join account_days
        on
            opportunity_accounts.account_id = account_days.account_id
            and opportunity_accounts.valid_from_date < account_days.valid_to_date
            and opportunity_accounts.valid_to_date > account_days.valid_from_date
    where exists (select 1 from types)

),

subjects as (

    select * from account_days
    union all
    select * from lead_days
    union all
    select * from opportunity_days

)

select * from subjects
where valid_from_date < valid_to_date
