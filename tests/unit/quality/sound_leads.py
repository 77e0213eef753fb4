"""Responses and conversions of leads of the small sound build, and what breaks a copy of each; see sound_build."""

TABLES = {
    "funnel.funnel_lead_response": (
        "select 'crm:' || i as lead_id, 'crm:rep' as first_owner_id, 'office' as calendar, 'UTC' as time_zone, "
        "30::double as response_minutes, 40::double as response_minutes_from_creation, i % 2 = 0 as has_positive_response, "
        "i % 2 = 1 as is_censored, false as is_never_contacted, i % 2 = 1 as is_never_replied, "
        "timestamp '2025-01-06 09:10:00' as assigned_at, timestamp '2025-01-06 09:40:00' as first_touch_at from range(60) r(i)"
    ),
    "funnel.funnel_lead_conversion": (
        "select 'year' as period_type, date '2024-01-01' as period_start_date, [30, 60, 90, 180, 365][i + 1] as horizon_days, "
        "200 as leads, 150 as mql, 100 as sql, 90 as accepted, 40 as rejected, 50 as opportunities, (20 + i)::int as won, "
        "0.75::decimal(18, 6) as mql_rate, 0.666667::decimal(18, 6) as sql_rate, 0.692308::decimal(18, 6) as acceptance_rate, "
        "0.5::decimal(18, 6) as opportunity_rate, 0.4::decimal(18, 6) as opportunity_win_rate, "
        "0.1::decimal(18, 6) as lead_win_rate from range(5) r(i)"
    ),
}

BREAKS = {
    "funnel_funnel_lead_response.minutes_fit_into_the_time_that_passed": "update {t} set response_minutes = 32",
    "funnel_funnel_lead_response.flags_agree": "update {t} set is_never_replied = true",
    "funnel_funnel_lead_response.owners_have_a_calendar": "update {t} set calendar = null",
    "funnel_funnel_lead_response.working_hours_are_seen": "update {t} set response_minutes = 0",
    "funnel_funnel_lead_response.touches_have_times": "update {t} set first_touch_at = null",
    "funnel_funnel_lead_conversion.each_milestone_is_part_of_the_one_before": "update {t} set sql = 151",
    "funnel_funnel_lead_conversion.longer_horizons_hold_the_shorter": "update {t} set won = 30 where horizon_days = 30",
    "funnel_funnel_lead_conversion.stages_are_used": "update {t} set sql = 0",
}
