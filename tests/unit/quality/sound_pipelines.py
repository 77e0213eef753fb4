"""The pipeline marts of the small sound build, and what breaks a copy of each; see sound_build."""

_NOTHING = ", ".join(
    f"0::decimal(18, 2) as {name}"
    for name in ("revaluation", "transferred_in", "reopened", "pulled_in", "increased", "disqualified", "deleted_or_merged",
                 "transferred_out", "pushed_out", "decreased")
)  # fmt: skip
_BRIDGE = (
    "select 'crm:' || i % 10 as owner_id, kind as period_type, date '2025-11-01' as period_start_date, scope, "
    'true as is_complete, 100::decimal(18, 2) as opening, 50::decimal(18, 2) as "new", 40::decimal(18, 2) as won, '
    "10::decimal(18, 2) as lost, 100::decimal(18, 2) as closing, 45::decimal(18, 2) as booked, "
    f"5::decimal(18, 2) as booked_less_won, {_NOTHING} "
    "from range(12) r(i), (values ('quarter'), ('year')) k(kind), (values ('all_open'), ('closing_in_period')) s(scope)"
)
_EFFICIENCY = (
    "select 'crm:' || i as owner_id, 'quarter' as period_type, date '2026-02-01' as period_start_date, "
    "date '2026-03-14' as measured_date, 10 as open_count, 8 as touched_count, 0.8::decimal(18, 6) as touched_share, "
    "0.1::decimal(18, 6) as stale_share, 1.5::decimal(18, 6) as coverage from range(10) r(i)"
)
_REVERSE = (
    "select 'Team ' || i as team, 'Demo' as stage, 18000::decimal(18, 2) as quota, 500::decimal(18, 2) as expected_yield, "
    "0.5::decimal(18, 6) as win_rate, 15::decimal(18, 6) as wins_needed, 30::decimal(18, 6) as needed_entries from range(3) r(i)"
)

TABLES = {
    "funnel.pipeline_bridge": _BRIDGE,
    "funnel.pipeline_efficiency": _EFFICIENCY,
    "funnel.reverse_funnel": _REVERSE,
}

BREAKS = {
    "funnel_pipeline_bridge.every_row_ties": "update {t} set closing = 99.99 where owner_id = 'crm:3'",
    "funnel_pipeline_bridge.nothing_is_pulled_or_pushed_where_all_are_open": (
        "update {t} set pulled_in = 10, pushed_out = 10 where owner_id = 'crm:3'"
    ),
    "funnel_pipeline_bridge.most_pipeline_does_not_vanish": "update {t} set deleted_or_merged = 21, won = 19",
    "funnel_pipeline_bridge.wins_and_bookings_are_near": "update {t} set booked = 10, booked_less_won = -30",
    "funnel_pipeline_efficiency.activities_reach_the_deals": "update {t} set touched_count = 0",
    "funnel_reverse_funnel.no_fewer_entries_than_wins": "update {t} set needed_entries = 14.9",
    "funnel_reverse_funnel.quota_is_within_reach": "update {t} set expected_yield = 90001",
}
