-- who each lead is: leads of one email address are one person, whichever CRM knows them; one that was merged is its master's
with

leads as (

    select * from {{ ref("stg_crm__leads") }}

),

company_names as (

    select * from {{ ref("int_company_names") }}

),

free_mail_domains as (

    select distinct mail_domain from {{ ref("stg_config__free_mail_domains") }}

),

country_names as (

    select * from {{ ref("stg_config__value_alias") }}
    where attribute = 'country'

),

addressed as (

    select
        *,
        {{ email_address("email") }} as email_address
    from leads

),

-- up to three merges, one into the other
traced as (

    select
        addressed.*,
        coalesce(three.lead_id, two.lead_id, one.lead_id, addressed.lead_id) as master_id,
        coalesce(
            case when three.lead_id is not null then three.email_address end,
            case when two.lead_id is not null then two.email_address end,
            case when one.lead_id is not null then one.email_address end,
            addressed.email_address
        ) as person_email_address
    from addressed
    {% for near, far in [("addressed", "one"), ("one", "two"), ("two", "three")] -%}
        left join addressed as {{ far }}
            on {{ near }}.merged_into_id = {{ far }}.lead_id
    {% endfor %}

),

-- a person is called after the earliest of the leads that it is known by
named as (

    select
        *,
        coalesce(person_email_address, master_id) as person_key,
        first_value(master_id) over (
            partition by coalesce(person_email_address, master_id)
            order by case when lead_id = master_id then 0 else 1 end, created_at, lead_id
        ) as person_id
    from traced

)

select
    named.lead_id,
    named.person_id,
    named.email_address,
    case
        when free_mail_domains.mail_domain is null then {{ dbt.split_part("named.email_address", "'@'", 2) }}
    end as company_domain,
    company_names.company_key,
    lower(trim(coalesce(country_names.value, named.country))) as country_key
from named
left join company_names
    on named.company = company_names.company_name
left join free_mail_domains
    on {{ dbt.split_part("named.email_address", "'@'", 2) }} = free_mail_domains.mail_domain
left join country_names
    on named.source = country_names.source and named.country = country_names.name
