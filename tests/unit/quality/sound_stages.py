"""The process marts of stages of the small sound build, and what breaks a copy of each; see sound_build."""

_RATES = "0.5::decimal(18, 6)"
_TRANSITIONS = (
    "select 'year' as period_type, (date '2020-01-01' + to_years(i::int))::date as period_start_date, "
    "'opportunity' as subject_type, 'Discovery' as from_stage, 'Demo' as to_stage, 'all' as dimension, 'all' as member, "
    f"120::bigint as count, 100::bigint as documented_count, 4.0::double as median_days, {_RATES} as later_win_rate "
    "from range(4) r(i)"
)
_MAP = (
    "select 'year' as period_type, (date '2020-01-01' + to_years(i::int))::date as period_start_date, "
    "'opportunity' as subject_type, 'Demo' as stage, date '2019-01-01' as map_valid_from_date, 10::bigint as visits_out, "
    "3::bigint as exits_to_lost, 1::bigint as exits_to_disqualified, 4.0::double as median_days, 9.0::double as p90_days, "
    f"{_RATES} as win_rate, {_RATES} as checklist_completion from range(4) r(i)"
)
_VARIANTS = (
    "select 'Discovery > Demo ' || i as path, 100::bigint as deals, 0.25::decimal(18, 6) as share, "
    f"((i + 1) * 0.25)::decimal(18, 6) as cumulative_share, {_RATES} as win_rate from range(4) r(i)"
)
_CONFORMANCE = (
    f"select 'crm:' || i as opportunity_id, {_RATES} as fitness, 1 as undocumented_moves, 3 as due_checklist_items, "
    "1 as missing_checklist_items from range(60) r(i)"
)
_AGING = (
    "select 'crm:' || i as opportunity_id, 'Discovery' as stage, 12.5::double as days_in_stage, 1 as close_date_pushes, "
    "i < 20 as is_stuck from range(60) r(i)"
)
_FRICTION = (
    "select 'Demo' as stage, 'all' as dimension, 'all' as member, case when i < 2 then 'exit' else 'trigger' end as kind, "
    "case when i < 2 then 'lost' end as exit_kind, case when i = 0 then '(none)' else 'item ' || i end as item, "
    f"case when i < 2 then 30::bigint end as exits, {_RATES} as exit_share, {_RATES} as advance_rate_with, "
    "1.6::decimal(18, 6) as lift, 1.1::decimal(18, 6) as lift_low, 1.9::decimal(18, 6) as lift_high from range(4) r(i)"
)

TABLES = {
    "stage.stage_transitions": _TRANSITIONS,
    "stage.stage_map_observed": _MAP,
    "stage.stage_variants": _VARIANTS,
    "stage.stage_conformance": _CONFORMANCE,
    "stage.stage_aging": _AGING,
    "stage.stage_friction": _FRICTION,
}

BREAKS = {
    "stage_stage_transitions.documented_are_some_of_all": "update {t} set documented_count = 121",
    "stage_stage_transitions.most_moves_follow_the_map": "update {t} set documented_count = 10",
    "stage_stage_map_observed.exits_are_some_of_those_who_left": "update {t} set exits_to_lost = 10",
    "stage_stage_map_observed.ninety_percent_take_as_long_as_half": "update {t} set p90_days = 3",
    "stage_stage_variants.shares_add_up": "delete from {t} where cumulative_share = 1",
    "stage_stage_variants.deals_do_not_all_go_their_own_way": (
        "insert into {t} select 'path ' || i, 1, 0, 0.5, null from range(1000) r(i)"
    ),
    "stage_stage_conformance.missing_items_were_due": "update {t} set missing_checklist_items = 4",
    "stage_stage_aging.most_open_deals_move": "update {t} set is_stuck = true",
    "stage_stage_friction.lift_lies_in_its_interval": "update {t} set lift = 2 where kind = 'trigger'",
    "stage_stage_friction.losses_have_reasons": "update {t} set item = '(none)' where kind = 'exit'",
}
