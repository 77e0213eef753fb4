"""What `sound_build` holds of the records beside opportunities, and how each expectation on them is broken."""

RAW = "'crm' as _source, 'k' || i as _key, 'load-1' as _load_id, timestamp '2026-03-14 22:30:00' as _extracted_at"

TABLES = {
    "raw.lead_history": (
        f"select {RAW}, 'l1' as lead_id, 'status' as attribute, '2026-01-31T09:30:00Z' as changed_at from range(5) r(i)"
    ),
    "raw.campaign": (
        f"select {RAW}, 'Webinar' as campaign_name, '1000.00' as budgeted_cost, '900.00' as actual_cost from range(5) r(i)"
    ),
    "raw.campaign_member": (
        f"select {RAW}, 'c1' as campaign_id, 'l1' as lead_id, null::varchar as contact_id from range(5) r(i)"
    ),
    "raw.contract": (
        f"select {RAW}, 'a1' as account_id, '12000.00' as total_value, '2026-01-01' as start_date, '2026-12-31' as "
        "end_date from range(5) r(i)"
    ),
    "raw.opportunity_line": (
        f"select {RAW}, 'o1' as opportunity_id, 'p1' as product_id, '100.00' as amount, '2' as quantity from range(5) r(i)"
    ),
    "raw.opportunity_split": f"select {RAW}, 'o1' as opportunity_id, 'u1' as user_id, '0.5' as share from range(5) r(i)",
    "raw.opportunity_contact_role": f"select {RAW}, 'o1' as opportunity_id, 'c1' as contact_id from range(5) r(i)",
    "raw.product": f"select {RAW}, 'Licence' as product_name, '100.00' as list_price from range(5) r(i)",
    "raw.territory": f"select {RAW}, 't' || i as territory_id, 'DACH' as territory_name, 'top' as parent_id from range(5) r(i)",
    "raw.territory_member": (
        f"select {RAW}, 't1' as territory_id, 'u1' as user_id, '1' as share, '2026-01-01' as valid_from, "
        "null::varchar as valid_to from range(5) r(i)"
    ),
    "raw.territory_account": f"select {RAW}, 't1' as territory_id, 'a1' as subject_id from range(5) r(i)",
    "raw.survey_response": f"select {RAW}, '9' as score, '2026-01-31' as answered_at from range(5) r(i)",
    "raw.work_hours": f"select {RAW}, 'u1' as user_id, '2026-01-31' as work_date, '7.5' as hours from range(5) r(i)",
    "raw.forecast_submission": (
        f"select {RAW}, 'rep' as subject_type, '2026-02-01' as period_start, '1000.00' as amount, "
        "'2026-02-02T09:00:00Z' as submitted_at from range(5) r(i)"
    ),
    "raw.checklist_completion": (
        f"select {RAW}, 'o1' as opportunity_id, 'Budget known' as item, '2026-01-31T09:30:00Z' as completed_at from range(5) r(i)"
    ),
    "raw.absence": (
        f"select {RAW}, 'u1' as user_id, '2026-01-05' as start_date, '2026-01-09' as end_date, '1' as share from range(5) r(i)"
    ),
    "raw.payee": (
        f"select {RAW}, 'Ada' as payee_name, 'EUR' as pay_currency, '2026-01-01' as start_date, null::varchar as "
        "end_date from range(5) r(i)"
    ),
    "core.dim_product": "select 'crm:p' || i as product_id, 'Licence' as product_name from range(20) r(i)",
    "core.fct_subscriptions": (
        "select 'erp:s' || i as subscription_id, 'crm:' || i as account_id, 'EUR' as currency, 100::decimal(18, 2) "
        "as monthly_value, 100::decimal(18, 2) as monthly_value_plan, true as is_active, date '2026-01-01' as "
        "start_date, null::date as end_date, i % 2 = 0 as has_ended from range(20) r(i)"
    ),
    "core.fct_payments": (
        "select 'erp:m' || i as payment_id, 100::decimal(18, 2) as amount, 100::decimal(18, 2) as amount_plan, "
        "'erp:i' || i as invoice_id, 'crm:1' as account_id, date '2026-02-01' as payment_date from range(20) r(i)"
    ),
    "core.fct_invoices": (
        "select 'erp:i' || i as invoice_id, 'crm:' || i as account_id, 100::decimal(18, 2) as amount, "
        "119::decimal(18, 2) as gross_amount, 119::decimal(18, 2) as paid_amount, 0::decimal(18, 2) as open_amount, "
        "100::decimal(18, 2) as amount_plan, 12 as days_to_pay, 0 as days_late, true as is_issued, false as "
        "is_credit_note, date '2026-02-01' as invoice_date, date '2026-03-03' as due_date from range(20) r(i)"
    ),
    "core.fct_campaigns": (
        "select 'crm:c' || i as campaign_id, 'Webinar' as campaign_name, 10::bigint as member_count, 4::bigint as "
        "responded_count, 3::bigint as lead_count, 900::decimal(18, 2) as actual_cost, 900::decimal(18, 2) as "
        "cost_plan from range(20) r(i)"
    ),
    "core.fct_campaign_members": (
        "select 'crm:m' || i as member_id, 'crm:c1' as campaign_id, 'crm:l1' as person_id, true as has_responded "
        "from range(20) r(i)"
    ),
    "core.fct_campaign_costs": (
        "select 'feeds:k' || i as campaign_cost_id, 100::decimal(18, 2) as amount, 100::decimal(18, 2) as "
        "amount_plan from range(20) r(i)"
    ),
    "core.fct_lead_changes": (
        "select 'crm:' || i as lead_id, 1 as change_sequence, 'status' as attribute, 'crm' as origin, timestamp "
        "'2026-01-31 09:30:00' as changed_at, false as is_creation from range(60) r(i)"
    ),
}

BREAKS = {
    "raw_lead_history.changed_at_is_a_time": "update {t} set changed_at = 'yesterday' where _key = 'k3'",
    "raw_lead_history.history_speaks_of_status": "update {t} set attribute = 'LeadStatus'",
    "raw_campaign.budgeted_cost_is_a_number": "update {t} set budgeted_cost = '1 M' where _key = 'k3'",
    "raw_campaign.actual_cost_is_a_number": "update {t} set actual_cost = '1 M' where _key = 'k3'",
    "raw_campaign_member.somebody_was_reached": "update {t} set lead_id = null where _key = 'k3'",
    "raw_contract.total_value_is_a_number": "update {t} set total_value = 'x' where _key = 'k3'",
    "raw_contract.interval_is_not_empty": "update {t} set end_date = '2025-12-31' where _key = 'k3'",
    "raw_opportunity_line.amount_is_a_number": "update {t} set amount = 'x' where _key = 'k3'",
    "raw_opportunity_line.quantity_is_a_number": "update {t} set quantity = 'two' where _key = 'k3'",
    "raw_opportunity_split.share_is_a_fraction": "update {t} set share = '50' where _key = 'k3'",
    "raw_product.list_price_is_a_number": "update {t} set list_price = 'x' where _key = 'k3'",
    "raw_territory.nothing_is_its_own_parent": "update {t} set parent_id = territory_id where _key = 'k3'",
    "raw_territory_member.share_is_a_fraction": "update {t} set share = '50' where _key = 'k3'",
    "raw_territory_member.interval_is_not_empty": "update {t} set valid_to = '2026-01-01' where _key = 'k3'",
    "raw_survey_response.score_is_on_the_scale": "update {t} set score = '11' where _key = 'k3'",
    "raw_survey_response.answered_at_is_a_time": "update {t} set answered_at = 'x' where _key = 'k3'",
    "raw_work_hours.hours_fit_in_a_day": "update {t} set hours = '450' where _key = 'k3'",
    "raw_forecast_submission.amount_is_a_number": "update {t} set amount = 'x' where _key = 'k3'",
    "raw_forecast_submission.period_start_is_a_date": "update {t} set period_start = 'Q1' where _key = 'k3'",
    "raw_forecast_submission.submitted_at_is_a_time": "update {t} set submitted_at = 'x' where _key = 'k3'",
    "raw_checklist_completion.completed_at_is_a_time": "update {t} set completed_at = 'x' where _key = 'k3'",
    "raw_absence.interval_is_not_empty": "update {t} set end_date = '2026-01-04' where _key = 'k3'",
    "raw_absence.share_is_a_fraction": "update {t} set share = '50' where _key = 'k3'",
    "raw_payee.pay_currency_is_a_code": "update {t} set pay_currency = 'Euro' where _key = 'k3'",
    "raw_payee.interval_is_not_empty": "update {t} set end_date = '2025-12-31' where _key = 'k3'",
    "core_fct_subscriptions.value_was_converted": "update {t} set monthly_value_plan = null where subscription_id = 'erp:s3'",
    "core_fct_subscriptions.what_ended_is_not_active": (
        "update {t} set end_date = date '2025-12-01' where subscription_id = 'erp:s3'"
    ),
    "core_fct_subscriptions.some_subscriptions_run": "update {t} set is_active = false",
    "core_fct_payments.amount_was_converted": "update {t} set amount_plan = null where payment_id = 'erp:m3'",
    "core_fct_payments.payment_date_is_not_after_as_of": (
        "update {t} set payment_date = date '2026-03-15' where payment_id = 'erp:m3'"
    ),
    "core_fct_invoices.amount_was_converted": "update {t} set amount_plan = null where invoice_id = 'erp:i3'",
    "core_fct_invoices.paid_and_open_are_the_whole": "update {t} set open_amount = 0.01 where invoice_id = 'erp:i3'",
    "core_fct_invoices.little_is_overpaid": "update {t} set open_amount = -1, paid_amount = 120",
    "core_fct_invoices.due_after_it_was_issued": "update {t} set due_date = date '2026-01-31' where invoice_id = 'erp:i3'",
    "core_fct_campaigns.responses_are_of_members": "update {t} set responded_count = 11 where campaign_id = 'crm:c3'",
    "core_fct_campaigns.cost_was_converted": "update {t} set cost_plan = null where campaign_id = 'crm:c3'",
    "core_fct_campaign_costs.amount_was_converted": "update {t} set amount_plan = null where campaign_cost_id = 'feeds:k3'",
    "core_fct_lead_changes.most_changes_are_told_by_the_crm": "update {t} set origin = 'load_diff' where lead_id <> 'crm:1'",
}
