-- staging has every record of raw once, whatever ids lead to other sources
{% set staged = {
    "absence": "absences", "campaign": "campaigns", "campaign_cost": "campaign_costs", "campaign_member": "campaign_members",
    "checklist_completion": "checklist_completions", "contract": "contracts", "forecast_submission": "forecast_submissions",
    "invoice": "invoices", "lead_history": "lead_history", "opportunity_contact_role": "opportunity_contact_roles",
    "opportunity_line": "opportunity_lines", "opportunity_split": "opportunity_splits", "payee": "payees", "payment": "payments",
    "product": "products", "subscription": "subscriptions", "survey_response": "survey_responses", "territory": "territories",
    "territory_account": "territory_accounts", "territory_member": "territory_members", "work_hours": "work_hours",
} %}
select
    entity,
    records,
    keys
from (
    {% for entity, model in staged.items() -%}
        select
            '{{ entity }}' as entity,
            (select count(*) from {{ ref("stg_crm__" ~ model) }}) as records,
            (select count(*) from (select distinct _source, _key from {{ source("raw", entity) }}) as known) as keys
        {% if not loop.last %}union all
        {% endif -%}
    {% endfor %}
) as counted
where records <> keys
