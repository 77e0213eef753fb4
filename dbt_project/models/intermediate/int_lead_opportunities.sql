-- a lead's opportunity: the one that the CRM made of it, otherwise the first that its contact takes part in, otherwise the
-- first of its account within the rule's days; the last two from the lead's creation on
with

leads as (

    select
        leads.lead_id,
        leads.converted_opportunity_id,
        matches.account_id,
        matches.contact_id,
        coalesce(leads.is_created_date_only, false) as is_created_date_only,
        leads.created_date,
        cast({{ dbt.dateadd("day", "matches.opportunity_days", "leads.created_date") }} as date) as until_date,
        leads.created_at
    from {{ ref("stg_crm__leads") }} as leads
    left join {{ ref("int_lead_matches") }} as matches
        on leads.lead_id = matches.lead_id

),

participants as (

    select * from {{ ref("int_opportunity_contacts") }}

),

accounts as (

    select * from {{ ref("int_account_identities") }}

),

opportunities as (

    select
        current_states.opportunity_id,
        accounts.master_id as account_id,
        origins.created_at,
        origins.is_created_date_only,
        {{ local_date("origins.created_at") }} as created_date
    from {{ ref("int_opportunity_current") }} as current_states
    inner join {{ ref("int_opportunity_origins") }} as origins
        on current_states.opportunity_id = origins.opportunity_id
    left join accounts
        on current_states.account_id = accounts.account_id
    where not current_states.is_deleted

),

linked as (

    select
        leads.lead_id,
        opportunities.opportunity_id,
        'converted' as opportunity_rule,
        1 as precedence
    from leads
    inner join opportunities
        on leads.converted_opportunity_id = opportunities.opportunity_id

    {% for rule, precedence in [("contact", 2), ("account", 3)] -%}
        union all

        select
            leads.lead_id,
            opportunities.opportunity_id,
            '{{ rule }}' as opportunity_rule,
            {{ precedence }} as precedence
        from leads
        {% if rule == "contact" -%}
            inner join participants
                on leads.contact_id = participants.contact_id
            inner join opportunities
                on participants.opportunity_id = opportunities.opportunity_id
        {%- else -%}
            inner join opportunities
                on leads.account_id = opportunities.account_id and opportunities.created_date <= leads.until_date
        {%- endif %}
        where
            opportunities.created_at >= leads.created_at
            or (
                opportunities.created_date = leads.created_date
                and (leads.is_created_date_only or opportunities.is_created_date_only)
            )

    {% endfor %}

),

ranked as (

    select
        linked.lead_id,
        linked.opportunity_id,
        linked.opportunity_rule,
        row_number() over (
            partition by linked.lead_id
            order by linked.precedence, opportunities.created_at, linked.opportunity_id
        ) as choice
    from linked
    inner join opportunities
        on linked.opportunity_id = opportunities.opportunity_id

)

select
    lead_id,
    opportunity_id,
    opportunity_rule
from ranked
where choice = 1
