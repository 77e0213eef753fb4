"""Cohorts, cycles and velocities of the small sound build, and what breaks a copy of each; see sound_build."""

TABLES = {
    "funnel.funnel_cohorts": (
        "select 'year' as period_type, date '2024-01-01' as period_start_date, 'Discovery' as stage, '(none)' as segment, "
        "'sales' as pipeline, 'new_business' as opportunity_type, [30, 60, 90, 180, 365][i + 1] as horizon_days, "
        "100 as entered, (40 + i)::int as reached_next, (20 + i)::int as reached_won, 15 as reached_won_strictly, "
        "true as is_mature from range(5) r(i)"
    ),
    "funnel.funnel_cycle": (
        "select 'crm:' || i as opportunity_id, 'won' as outcome, 30 as days_from_creation, 20 as days_from_funnel_start, "
        "40 as days_from_first_contact from range(60) r(i)"
    ),
    "funnel.funnel_velocity": (
        "select 'quarter' as period_type, (date '2025-01-01' + to_months(3 * i::int))::date as period_start_date, "
        "'north' as team, 'sales' as pipeline, 'new_business' as opportunity_type, 4 as opportunities, "
        "2000::decimal(18, 2) as mean_won_value, 0.5::decimal(18, 6) as win_rate, 20::decimal(18, 6) as cycle_days, "
        "200::decimal(18, 2) as velocity from range(4) r(i)"
    ),
}

BREAKS = {
    "funnel_funnel_cohorts.reached_are_some_of_the_entered": "update {t} set reached_won_strictly = 60",
    "funnel_funnel_cohorts.longer_horizons_reach_more": "update {t} set reached_won = 19 where horizon_days = 90",
    "funnel_funnel_cohorts.some_deals_reach_the_next_stage": "update {t} set reached_next = 0",
    "funnel_funnel_cycle.most_cycles_are_known": "update {t} set days_from_creation = null where opportunity_id < 'crm:3'",
    "funnel_funnel_velocity.velocity_is_the_product_of_its_factors": "update {t} set velocity = 201",
}
