"""A small sound build, table by table, and for each expectation of the shipped suites a way to break a copy of its table.

Only the columns that suites speak of. The company has 60 deals, 30 of them open.
"""

import sound_funnel
import sound_leads
import sound_pipelines
import sound_stages
from sound_records import BREAKS as RECORD_BREAKS
from sound_records import RAW
from sound_records import TABLES as RECORD_TABLES

TABLES = {
    "raw.loads": (
        "select 'crm' as source, 'load-' || i as load_id, 'opportunity' as entity, 100 as records_read, 99 as records_landed, "
        "1 as records_quarantined, 0 as records_repeated, timestamp '2026-03-14 22:30:00' as extracted_at, "
        "timestamp '2026-03-14 23:00:00' as loaded_at from range(3) r(i)"
    ),
    "raw.extractions": (
        "select 'crm' as _source, timestamp '2026-03-14 22:30:00' as _extracted_at, "
        "false as is_tombstone_suspended from range(3) r(i)"
    ),
    "raw.quarantine": "select 'not_a_number' as reason, 'opportunities.csv' as file from range(3) r(i)",
    "raw.opportunity": (
        f"select {RAW}, 'Discovery' as stage, 'EUR' as currency, '0.30' as probability, '100.00' as amount, 'u1' as owner_id, "
        "'2026-01-31T09:30:00Z' as created_at, '2026-04-30' as close_date from range(60) r(i)"
    ),
    "raw.opportunity_history": (f"select {RAW}, 'stage' as attribute, '2026-01-31T09:30:00Z' as changed_at from range(60) r(i)"),
    "raw.account": f"select {RAW}, '1000.00' as annual_revenue, '12' as employees, 'Nord AG' as account_name from range(60) r(i)",
    "raw.lead": f"select {RAW}, 'Open' as status, '2026-01-31' as created_at from range(60) r(i)",
    "raw.contact": f"select {RAW}, 'Ada' as contact_name from range(60) r(i)",
    "raw.activity": (f"select {RAW}, '2026-01-31T09:30:00Z' as occurred_at, '30' as duration_minutes from range(60) r(i)"),
    "raw.user": f"select {RAW}, 'a@example.com' as email, 'Ada' as user_name from range(20) r(i)",
    "raw.team": f"select {RAW}, 'North' as team_name from range(5) r(i)",
    "raw.quota": (
        f"select {RAW}, 'rep' as subject_type, 'quarter' as period_type, '2026-02-01' as period_start, '1000.00' as amount "
        "from range(20) r(i)"
    ),
    "raw.fx_rate": (
        f"select {RAW}, 'dated' as kind, 'USD' as currency, (date '2026-01-01' + i::int)::varchar as rate_date, '0.92' as rate "
        "from range(20) r(i)"
    ),
    "raw.territory_assignment": (
        f"select {RAW}, 'named' as cause, '2026-01-01' as valid_from, null::varchar as valid_to from range(5) r(i)"
    ),
    "raw.campaign_cost": f"select {RAW}, '2026-01-01' as cost_date, '1200.50' as amount from range(5) r(i)",
    "raw.invoice": (f"select {RAW}, 'a1' as account_id, '2026-01-01' as invoice_date, '1000.00' as amount from range(5) r(i)"),
    "raw.payment": f"select {RAW}, '2026-01-01' as payment_date, '1190.00' as amount from range(5) r(i)",
    "raw.subscription": (
        f"select {RAW}, 'a1' as account_id, '499.90' as monthly_value, '2026-01-01' as start_date, "
        "null::varchar as end_date from range(5) r(i)"
    ),
    "core.build": (
        "select 'b1' as build_id, date '2026-03-14' as as_of_date, timestamp '2026-03-14 22:30:00' as latest_extracted_at"
    ),
    "core.loads": "select 'crm' as source, 0.01::double as quarantined_share from range(3) r(i)",
    "core.dim_territory": (
        "select 'T' || i as territory, 'World' as parent_territory, date '2026-01-01' as valid_from_date, "
        "null::date as valid_to_date from range(5) r(i)"
    ),
    "core.dim_date": "select date '2026-01-01' + i::int as date_day, 1 as fiscal_quarter from range(90) r(i)",
    "core.dim_period": (
        "select 'month' as period_type, date '2026-01-01' + (i * 28)::int as period_start_date, "
        "date '2026-01-29' + (i * 28)::int as period_end_date from range(6) r(i)"
    ),
    "core.dim_rep": (
        "select 'crm:' || i as rep_id, 'Ada' as rep_name, 'crm:boss' as manager_id, timestamp '2026-01-01' as valid_from_at, "
        "null::timestamp as valid_to_at, true as is_current from range(20) r(i)"
    ),
    "core.dim_account": (
        "select 'crm:' || i as account_id, null::varchar as merged_into_id, 'customer' as customer_status from range(60) r(i)"
    ),
    "core.dim_stage": (
        "select unnest(['Discovery', 'New Customer', 'Lost']) as stage, unnest(['open', 'won', 'lost']) as stage_kind"
    ),
    "core.fct_opportunities": (
        "select 'crm:' || i as opportunity_id, 'Discovery' as stage, 'Discovery' as crm_stage, "
        "case when i < 30 then 'open' else 'won' end as stage_kind, "
        "i < 30 as is_open, i >= 30 as is_won, false as is_lost, false as is_disqualified, false as is_deleted, "
        "100::decimal(18, 2) as amount, 100::decimal(18, 2) as amount_plan, "
        "case when i >= 30 then 12.5::double end as cycle_days, case when i >= 30 then date '2026-02-01' end as booked_date, "
        "date '2026-04-30' as close_date, date '2026-01-15' as created_date from range(60) r(i)"
    ),
    "core.fct_opportunity_changes": (
        "select 'crm:' || i as opportunity_id, 'stage' as attribute, 'crm' as origin from range(60) r(i)"
    ),
    "core.fct_opportunity_history": (
        "select 'crm:' || i as opportunity_id, timestamp '2026-01-15' as valid_from_at, null::timestamp as valid_to_at "
        "from range(60) r(i)"
    ),
    "core.fct_close_events": (
        "select 'e' || i as close_event_id, 'crm:' || i as opportunity_id, 'won' as event, "
        "timestamp '2026-02-01' as occurred_at, false as is_undated, true as is_latest_close from range(30) r(i)"
    ),
    "core.fct_quotas": (
        "select 'rep' as subject_type, 'crm:' || i as subject_id, 'booked_amount' as measure, 'quarter' as period_type, "
        "date '2026-02-01' as period_start_date, date '2026-05-01' as period_end_date, 1000::decimal(18, 2) as quota_amount, "
        "1000::decimal(18, 2) as quota_amount_plan from range(20) r(i)"
    ),
    "core.data_faults": (
        "select 'negative_cycle' as fault, 'opportunity' as record_type, 'crm:' || i as record_id from range(2) r(i)"
    ),
    "core.fct_leads": (
        "select 'crm:' || i as lead_id, 'crm:' || i as person_id, 'crm:a1' as matched_account_id, false as is_match_tied "
        "from range(60) r(i)"
    ),
    "core.fct_activities": "select 'crm:' || i as activity_id, 'call' as activity_type from range(60) r(i)",
    "stage.stage_visits": (
        "select 'Discovery' as stage, timestamp '2026-01-15' as entered_at, timestamp '2026-02-01' as left_at, "
        "17.0::double as days, false as is_negative from range(60) r(i)"
    ),
    "funnel.funnel_win_rates": (
        "select 'year' as period_type, (date '2020-01-01' + to_years(i::int))::date as period_start_date, 'closed' as basis, "
        "'all' as dimension, 'all' as member, 40 as won_count, 60 as lost_count, 0 as disqualified_count, 0 as open_count, "
        "0.4::double as win_rate, 0.4::double as won_of_all, 0.5::double as win_rate_value from range(4) r(i)"
    ),
    "funnel.pipeline_daily": (
        "select (date '2026-03-01' + i::int)::date as date_day, 50 as open_count, 5000::decimal(18, 2) as open_value, "
        "1500::decimal(18, 2) as weighted_value from range(14) r(i)"
    ),
    "territory.territory_assignments": (
        "select 'account' as subject_type, 'crm:' || i as subject_id, 'geo' as territory_type, 'DACH' as territory, "
        "'rule' as cause, date '2026-01-01' as valid_from_date, null::date as valid_to_date from range(60) r(i)"
    ),
    "compensation.compensation_credits": (
        "select 'c' || i as credit_id, 'crm:1' as payee_id, 100::decimal(18, 2) as credited_amount, 0.5::double as share, "
        "date '2026-02-01' as credit_date from range(30) r(i)"
    ),
    "compensation.compensation_uncredited": "select 'no plan' as reason, 'won' as event from range(3) r(i)",
    "compensation.compensation_earnings": (
        "select 5::decimal(18, 2) as earned_amount, '100 × 5 % = 5' as arithmetic, 'calculated' as state from range(30) r(i)"
    ),
    "compensation.compensation_statements": (
        "select 'crm:' || i as payee_id, 'quarter' as period_type, date '2026-02-01' as period_start_date, 'AE' as plan, "
        "'EUR' as currency, "
        "1000::decimal(18, 2) as credited_amount, 50::decimal(18, 2) as earned_amount, 50::decimal(18, 2) as payable_amount, "
        "0.8::double as attainment from range(20) r(i)"
    ),
    **RECORD_TABLES,
}

ALL_OVERDUE = "update {t} set close_date = date '2026-01-01'"

# suite.expectation → statement that breaks a copy {t} of its table; other types are broken by their arguments
BREAKS = {
    "raw_loads.counts_add_up": "update {t} set records_landed = 98",
    "raw_loads.most_of_a_file_can_be_used": "update {t} set records_quarantined = 21, records_landed = 79",
    "raw_loads.few_records_are_broken": "update {t} set records_quarantined = 10, records_landed = 90",
    "raw_loads.no_source_fell_silent": "insert into {t} by name (select 'old' as source, timestamp '2026-01-01' as extracted_at)",
    "raw_loads.extracted_before_loaded": "update {t} set extracted_at = timestamp '2026-03-16'",
    "raw_opportunity.amount_is_a_number": "update {t} set amount = '1.234,50' where _key = 'k3'",
    "raw_opportunity.probability_is_a_fraction": "update {t} set probability = '30' where _key = 'k3'",
    "raw_opportunity.created_at_is_a_time": "update {t} set created_at = '31.01.2026' where _key = 'k3'",
    "raw_opportunity.close_date_is_a_date": "update {t} set close_date = '30.04.2026' where _key = 'k3'",
    "raw_opportunity_history.history_speaks_of_stages": "update {t} set attribute = 'StageName'",
    "raw_opportunity_history.changed_at_is_a_time": "update {t} set changed_at = 'yesterday' where _key = 'k3'",
    "raw_account.annual_revenue_is_a_number": "update {t} set annual_revenue = '1 M' where _key = 'k3'",
    "raw_account.employees_is_a_number": "update {t} set employees = '10-50' where _key = 'k3'",
    "raw_lead.created_at_is_a_time": "update {t} set created_at = 'x' where _key = 'k3'",
    "raw_activity.occurred_at_is_a_time": "update {t} set occurred_at = 'x' where _key = 'k3'",
    "raw_activity.duration_minutes_is_a_number": "update {t} set duration_minutes = '1h' where _key = 'k3'",
    "raw_campaign_cost.amount_is_a_number": "update {t} set amount = 'x' where _key = 'k3'",
    "raw_invoice.amount_is_a_number": "update {t} set amount = 'x' where _key = 'k3'",
    "raw_payment.amount_is_a_number": "update {t} set amount = 'x' where _key = 'k3'",
    "raw_subscription.monthly_value_is_a_number": "update {t} set monthly_value = 'x' where _key = 'k3'",
    "raw_subscription.interval_is_not_empty": "update {t} set end_date = '2026-01-01' where _key = 'k3'",
    "raw_quota.amount_is_a_number": "update {t} set amount = 'x' where _key = 'k3'",
    "raw_quota.quota_is_not_negative": "update {t} set amount = '-1' where _key = 'k3'",
    "raw_quota.period_start_is_a_date": "update {t} set period_start = 'Q1' where _key = 'k3'",
    "raw_fx_rate.rate_is_positive": "update {t} set rate = '0' where _key = 'k3'",
    "raw_fx_rate.rate_did_not_jump": "update {t} set rate = '92' where _key = 'k3'",
    "raw_territory_assignment.valid_from_is_a_date": "update {t} set valid_from = 'x' where _key = 'k3'",
    "raw_territory_assignment.interval_is_not_empty": "update {t} set valid_to = '2026-01-01' where _key = 'k3'",
    "raw_user.most_emails_are_addresses": "update {t} set email = 'nobody' where _key < 'k2'",
    "core_build.as_of_is_not_after_the_data": "update {t} set as_of_date = date '2026-03-17'",
    "core_dim_date.no_day_is_missing": "delete from {t} where date_day = date '2026-02-01'",
    "core_dim_date.fiscal_quarter_is_one_of_four": "update {t} set fiscal_quarter = 5",
    "core_dim_period.period_is_not_empty": "update {t} set period_end_date = period_start_date",
    "core_dim_rep.one_current_row_a_rep": "update {t} set rep_id = 'crm:1' where rep_id = 'crm:2'",
    "core_dim_rep.validity_is_not_empty": "update {t} set valid_to_at = valid_from_at",
    "core_dim_rep.nobody_manages_himself": "update {t} set manager_id = rep_id where rep_id = 'crm:3'",
    "core_dim_account.nobody_is_merged_into_himself": "update {t} set merged_into_id = account_id where account_id = 'crm:3'",
    "core_dim_stage.map_has_an_open_and_a_won_stage": "update {t} set stage_kind = 'lost' where stage_kind = 'won'",
    "core_dim_territory.nothing_is_its_own_parent": "update {t} set parent_territory = territory where territory = 'T3'",
    "core_dim_territory.validity_is_not_empty": "update {t} set valid_to_date = valid_from_date",
    "core_fct_opportunities.stage_is_on_the_map": "update {t} set stage = null where opportunity_id = 'crm:3'",
    "core_fct_opportunities.one_state_and_no_other": "update {t} set is_lost = true where opportunity_id = 'crm:3'",
    "core_fct_opportunities.amount_was_converted": "update {t} set amount_plan = null where opportunity_id = 'crm:3'",
    "core_fct_opportunities.won_deals_have_an_amount": "update {t} set amount_plan = null where is_won",
    "core_fct_opportunities.won_deals_are_dated": "update {t} set booked_date = null where opportunity_id = 'crm:40'",
    "core_fct_opportunities.open_deals_are_not_mostly_overdue": ALL_OVERDUE,
    "core_fct_opportunities.created_by_as_of": "update {t} set created_date = date '2026-03-15' where opportunity_id = 'crm:3'",
    "core_fct_opportunity_history.state_is_not_negative": "update {t} set valid_to_at = timestamp '2026-01-14'",
    "core_fct_opportunity_history.one_open_state_a_deal": "insert into {t} select * from {t} limit 1",
    "core_fct_close_events.few_closes_are_undated": "update {t} set is_undated = true where close_event_id < 'e2'",
    "core_fct_close_events.latest_close_is_one": "update {t} set opportunity_id = 'crm:1' where opportunity_id = 'crm:2'",
    "core_fct_quotas.period_is_not_empty": "update {t} set period_end_date = period_start_date",
    "core_data_faults.no_fault_is_a_habit": (
        "insert into {t} select 'negative_cycle', 'opportunity', 'crm:' || i from range(20) r(i)"
    ),
    "stage_stage_visits.negative_visits_are_marked": "update {t} set left_at = timestamp '2026-01-14'",
    "stage_stage_visits.few_visits_are_negative": "update {t} set is_negative = rowid < 13",
    "funnel_funnel_win_rates.counts_are_not_negative": "update {t} set open_count = -1",
    "funnel_funnel_win_rates.empty_rates_are_null": "update {t} set won_count = 0, lost_count = 0, win_rate = 0",
    "funnel_funnel_win_rates.win_rate_is_believable": "update {t} set won_count = 98, lost_count = 2, win_rate = 0.98",
    "funnel_pipeline_daily.weighted_is_at_most_whole": "update {t} set weighted_value = 5001",
    "funnel_pipeline_daily.day_is_not_after_as_of": "insert into {t} select date '2026-03-15', 50, 5000, 1500",
    "funnel_pipeline_daily.pipeline_did_not_collapse": "update {t} set open_count = 24 where date_day = date '2026-03-14'",
    "territory_territory_assignments.validity_is_not_empty": "update {t} set valid_to_date = valid_from_date",
    "territory_territory_assignments.one_territory_at_a_time": (
        "insert into {t} select subject_type, subject_id, territory_type, 'EMEA', cause, date '2026-02-01', null from {t} limit 1"
    ),
    "territory_territory_assignments.most_accounts_have_a_territory": (
        "update {t} set territory = null where subject_id < 'crm:5'"
    ),
    "compensation_compensation_credits.share_is_a_fraction": "update {t} set share = 50 where credit_id = 'c3'",
    "compensation_compensation_credits.credit_date_is_not_after_as_of": "update {t} set credit_date = date '2026-03-15'",
    "compensation_compensation_uncredited.most_closes_are_credited": (
        "insert into {t} select 'no plan', 'won' from range(20) r(i)"
    ),
    "compensation_compensation_statements.pay_is_believable": "update {t} set earned_amount = 10000",
    "core_fct_leads.a_tie_matches_nobody": "update {t} set is_match_tied = true where lead_id = 'crm:3'",
    "core_fct_leads.most_matches_are_not_tied": "update {t} set is_match_tied = true, matched_account_id = null",
    **RECORD_BREAKS,
}

for area in (sound_stages, sound_funnel, sound_leads, sound_pipelines):
    TABLES |= area.TABLES
    BREAKS |= area.BREAKS
