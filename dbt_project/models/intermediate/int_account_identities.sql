-- what a lead may have in common with an account, for every account that is still there; one that was merged counts for
-- its master
with

accounts as (

    select * from {{ ref("stg_crm__accounts") }}

),

company_names as (

    select * from {{ ref("int_company_names") }}

),

country_names as (

    select * from {{ ref("stg_config__value_alias") }}
    where attribute = 'country'

),

-- up to three merges, one into the other
traced as (

    select
        accounts.*,
        coalesce(three.account_id, two.account_id, one.account_id, accounts.account_id) as master_id
    from accounts
    {% for near, far in [("accounts", "one"), ("one", "two"), ("two", "three")] -%}
        left join accounts as {{ far }}
            on {{ near }}.merged_into_id = {{ far }}.account_id
    {% endfor %}

)

select
    traced.account_id,
    masters.account_id as master_id,
    masters.source as master_source,
    {{ website_domain("traced.website") }} as website_domain,
    company_names.company_key,
    lower(trim(coalesce(country_names.value, traced.country))) as country_key
from traced
inner join accounts as masters
    on traced.master_id = masters.account_id
left join company_names
    on traced.account_name = company_names.company_name
left join country_names
    on traced.source = country_names.source and traced.country = country_names.name
where not coalesce(masters.is_deleted, false) and not masters.is_vanished
