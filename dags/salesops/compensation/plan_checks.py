"""Commission plans held against what the models can pay, for `salesops check`: one line a fault, with its remedy."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, pairwise

from salesops.warehouse.config_tables import ConfigRow, ConfigTable, number_of

Tables = Mapping[str, ConfigTable]
MOST_DECIMALS = 2
"""money is kept to the cent"""


def check_plans(tables: Tables) -> list[str]:
    """Every fault of the plan tables beyond types and references, each `file:line: what: remedy`."""
    wanted = ("commission_plans", "commission_components", "commission_tiers", "plan_assignments")
    if any(name not in tables for name in wanted):
        return []
    return [
        *_components_without_bands(tables),
        *_bands_of_nothing(tables),
        *_bands_that_do_not_join(tables),
        *_bands_that_end(tables),
        *_flat_components(tables),
        *_roundings(tables),
        *_plans_without_components(tables),
        *_plans_without_payees(tables),
        *_payees_in_two_plans(tables),
    ]


def do_overlap(one: ConfigRow, other: ConfigRow) -> bool:
    """Whether two dated rows hold on one day."""
    (start, end), (other_start, other_end) = one.validity, other.validity
    return start < other_end and other_start < end


def _component(row: ConfigRow) -> tuple[str | None, str | None]:
    return row.values.get("plan"), row.values.get("component")


def _bands(tables: Tables) -> dict[tuple[str | None, ...], list[ConfigRow]]:
    """The tables of bands: by component and version, from the lowest band up."""
    found: dict[tuple[str | None, ...], list[ConfigRow]] = defaultdict(list)
    for row in tables["commission_tiers"].rows:
        if number_of(row.values.get("lower_bound")) is not None:
            version = [row.values.get(name) for name in ("valid_from", "valid_to", "recorded_at")]
            found[(*_component(row), *version)].append(row)
    return {key: sorted(rows, key=lambda row: number_of(row.values["lower_bound"]) or Decimal(0)) for key, rows in found.items()}


def _components_without_bands(tables: Tables) -> Iterator[str]:
    table, tiers = tables["commission_components"], tables["commission_tiers"]
    for row in table.rows:
        dated = [band.validity for band in tiers.rows if _component(band) == _component(row)]
        uncovered = _first_uncovered(row.validity, dated)
        if uncovered:
            since = "" if uncovered == "0001-01-01" else f" from {uncovered} on"
            yield (
                f"{table.file}:{row.line}: {_named(row)} has no bands{since}: "
                f"add them to {tiers.file.name}, for one rate a single band from 0"
            )


def _first_uncovered(interval: tuple[str, str], covered: Sequence[tuple[str, str]]) -> str | None:
    reached, end = interval
    for start, stop in sorted(covered):
        if start > reached:
            break
        reached = max(reached, stop)
    return reached if reached < end else None


def _bands_of_nothing(tables: Tables) -> Iterator[str]:
    table, components = tables["commission_tiers"], tables["commission_components"]
    known = {_component(row) for row in components.rows}
    names = {row.values.get("component") for row in components.rows}
    for row in table.rows:
        if _component(row) not in known and row.values.get("component") in names:
            yield (
                f"{table.file}:{row.line}: {row.values.get('plan')} has no component {row.values.get('component')}: "
                f"correct the plan, or add the component to {components.file.name}"
            )


def _bands_that_do_not_join(tables: Tables) -> Iterator[str]:
    """Bands follow one another without gap or overlap."""
    table = tables["commission_tiers"]
    for rows in _bands(tables).values():
        for before, after in pairwise(rows):
            upper, lower = number_of(before.values.get("upper_bound")), number_of(after.values["lower_bound"])
            if upper is None and before.values.get("upper_bound") is not None:
                # no number: told with the types
                continue
            if upper is None or (lower is not None and upper > lower):
                yield f"{table.file}:{after.line}: {_named(after)}: band overlaps that of line {before.line}: begin where it ends"
            elif lower is not None and upper < lower:
                yield (
                    f"{table.file}:{after.line}: {_named(after)}: gap between {upper} and {lower}: "
                    f"begin where line {before.line} ends"
                )


def _bands_that_end(tables: Tables) -> Iterator[str]:
    """Credit below the first band or above the last would earn nothing without a word."""
    table = tables["commission_tiers"]
    for rows in _bands(tables).values():
        first, last = rows[0], rows[-1]
        if number_of(first.values["lower_bound"]) != 0:
            yield (
                f"{table.file}:{first.line}: {_named(first)} begins at {first.values['lower_bound']}: "
                "begin at 0, with rate 0 if need be"
            )
        if last.values.get("upper_bound") is not None:
            yield (
                f"{table.file}:{last.line}: {_named(last)} ends at {last.values['upper_bound']}: "
                "leave the last upper_bound empty, or add a band beyond it"
            )


def _flat_components(tables: Tables) -> Iterator[str]:
    table = tables["commission_tiers"]
    flat = {_component(row) for row in tables["commission_components"].rows if row.values.get("method") == "flat"}
    for rows in _bands(tables).values():
        if _component(rows[0]) in flat and len(rows) > 1:
            yield (
                f"{table.file}:{rows[1].line}: {_named(rows[1])} pays one rate (flat) but has {len(rows)} bands: "
                "keep one, or set its method to marginal"
            )


def _roundings(tables: Tables) -> Iterator[str]:
    table = tables["commission_components"]
    for row in table.rows:
        decimals = number_of(row.values.get("rounding_decimals"))
        if decimals is not None and not 0 <= decimals <= MOST_DECIMALS:
            yield f"{table.file}:{row.line}: {_named(row)} is rounded to {decimals} decimals: use 0 to {MOST_DECIMALS}"


def _plans_without_components(tables: Tables) -> Iterator[str]:
    table, components = tables["commission_plans"], tables["commission_components"]
    for row in table.rows:
        paying = [other for other in components.rows if other.values.get("plan") == row.values.get("plan")]
        if not any(do_overlap(row, other) for other in paying):
            yield (
                f"{table.file}:{row.line}: plan {row.values.get('plan')} pays for nothing: "
                f"add a component to {components.file.name}"
            )


def _plans_without_payees(tables: Tables) -> Iterator[str]:
    table, assignments = tables["commission_plans"], tables["plan_assignments"]
    assigned = {row.values.get("plan") for row in assignments.rows}
    named: set[str | None] = set()
    for row in table.rows:
        plan = row.values.get("plan")
        if plan not in assigned and plan not in named:
            named.add(plan)
            yield (
                f"{table.file}:{row.line}: nobody is in plan {plan}: "
                f"assign a payee in {assignments.file.name}, or remove the plan"
            )


def _payees_in_two_plans(tables: Tables) -> Iterator[str]:
    table = tables["plan_assignments"]
    by_payee: dict[str | None, list[ConfigRow]] = defaultdict(list)
    latest: dict[tuple[str | None, ...], ConfigRow] = {}
    for row in sorted(table.rows, key=lambda row: row.values.get("recorded_at") or ""):
        latest[tuple(row.values.get(name) for name in ("payee_id", "plan", "valid_from"))] = row
    for row in latest.values():
        by_payee[row.values.get("payee_id")].append(row)
    for payee, rows in by_payee.items():
        for before, after in combinations(sorted(rows, key=lambda row: (row.validity, row.line)), 2):
            if before.values.get("plan") != after.values.get("plan") and do_overlap(before, after):
                yield (
                    f"{table.file}:{after.line}: {payee} is in {after.values.get('plan')} and, by line {before.line}, "
                    f"in {before.values.get('plan')} at the same time: end one where the other begins"
                )


def _named(row: ConfigRow) -> str:
    return f"{row.values.get('plan')}, {row.values.get('component')}"
