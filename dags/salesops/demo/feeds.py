"""The feeds that sales operations keep beside the CRM: quotas, exchange rates, territories given by hand, checklists.

The quotas come out of a German spreadsheet: semicolons, windows-1252, 1.234,56. See company/mappings/feeds.yml.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from salesops.demo.checklists import Tick, checklist_lines
from salesops.demo.clock import DAY, MONTH_STARTS, day_of, day_text, fiscal_quarters
from salesops.demo.crms import account_key, user_key
from salesops.demo.faults import Fault
from salesops.demo.lives import account_life
from salesops.demo.people import Version
from salesops.demo.world import World

YEARS = {2023: 0.75, 2024: 0.87, 2025: 1.0, 2026: 1.1}
QUARTERS = (0.235, 0.25, 0.235, 0.28)
RAMP = (0.3, 0.65)
"""share of the quota in the quarter of hiring and the one after"""
PLAN_RATES = {
    2022: {"USD": "0.9000", "GBP": "1.1900"},
    2023: {"USD": "0.9300", "GBP": "1.1400"},
    2024: {"USD": "0.9200", "GBP": "1.1600"},
    2025: {"USD": "0.9500", "GBP": "1.1900"},
    2026: {"USD": "0.8600", "GBP": "1.1500"},
}
RATES = {
    "USD": (
        "9990 10190 9840 9490 9230 9335 9340 9115 9200 9230 9035 9165 9360 9465 9255 9160 9190 9265 9200 9325 9250 9290 "
        "9225 9080 9005 9175 9410 9540 9655 9605 9250 8890 8870 8680 8560 8590 8520 8600 8650 8540 8500 8460 8430 8450 "
        "8470 8440 8420 8410 8400 8420 8430 8450"
    ),
    "GBP": (
        "11430 11470 11480 11500 11350 11300 11340 11355 11505 11640 11660 11630 11605 11500 11480 11590 11640 11700 "
        "11685 11660 11690 11800 11870 11740 11900 11970 12005 12070 11850 12030 11940 11700 11870 11780 11580 11560 "
        "11480 11450 11370 11420 11500 11490 11510 11530 11550 11540 11520 11500 11490 11510 11520 11530"
    ),
}
"""ten-thousandths of a euro, month by month from FIRST_RATE"""
FIRST_RATE = day_of(2022, 9, 1)
QUOTA_HEADER = "Art;Kennung;Messgröße;Zeitraum;Beginn;Betrag;Währung;Bemerkung"


def write_feeds(folder: Path, world: World, moment: int, is_broken: bool, crm: str, ticks: Sequence[Tick] = ()) -> list[Fault]:
    """Write the feeds as of a moment where they are not there yet; returns the broken record of the quotas.

    They name people, accounts and deals by the ids of the CRM that keeps sales; `ticks` are the items of checklists.
    """
    suffix = f"{datetime.fromtimestamp(moment, UTC):%Y%m%dT%H%M%SZ}.csv"
    quotas, faults = _quotas(world, moment // DAY, is_broken, f"quotas_{suffix}", crm)
    _write(folder / f"quotas_{suffix}", quotas, "cp1252")
    _write(folder / f"fx_rates_{suffix}", _fx_rates(moment // DAY), "utf-8")
    if ticks:
        _write(folder / f"checklist_completions_{suffix}", checklist_lines(ticks, world.people, moment, crm), "utf-8")
    _write(folder / f"territory_assignments_{suffix}", _territory_assignments(world, moment, crm), "utf-8")
    return faults


def quarter_quota(version: Version, year: int, quarter: int, first_day: int, scale: float) -> int | None:
    """A seller's quota of a quarter in whole euros; None when there is none."""
    next_start = day_of(year + (quarter == 4), (3 * quarter + 1) % 12 + 1, 1) if quarter < 4 else day_of(year + 1, 2, 1)
    if version.hired >= next_start - 14 or (version.left is not None and version.left < first_day):
        return None
    quarters_before = max(0, (first_day - version.hired + 91) // 91)
    ramp = RAMP[quarters_before] if version.hired > day_of(2023, 2, 1) and quarters_before < len(RAMP) else 1.0
    return max(1_000, round(version.annual_quota * YEARS[year] * QUARTERS[quarter - 1] * ramp * scale / 1_000) * 1_000)


def _quotas(world: World, day: int, is_broken: bool, name: str, crm: str) -> tuple[list[str], list[Fault]]:
    lines, faults = [QUOTA_HEADER], []
    teams: dict[tuple[str, int], int] = {}
    for year, quarter, first_day in fiscal_quarters():
        for person in world.people.versions:
            version = world.people.versions[person][0]
            if version.job not in ("ae", "am") or version.hired > day + 30:
                continue
            quota = quarter_quota(version, year, quarter, first_day, world.scale)
            stops = world.people.stops(person, version.job, "", 0)
            if quota is None or (stops is not None and stops <= first_day):
                continue
            # a seller who became a manager keeps the quota of the quarter in which that happened
            current = world.people.at(person, max(first_day, 0))
            note = (
                "Einarbeitung" if quota < version.annual_quota * YEARS[year] * QUARTERS[quarter - 1] * world.scale * 0.9 else ""
            )
            lines.append(_quota_line("rep", user_key(crm, world.people, person), first_day, quota, note))
            if version.job == "ae":
                key = (current.team, first_day)
                teams[key] = teams.get(key, 0) + quota
    for (team, first_day), quota in sorted(teams.items(), key=lambda item: (item[0][1], item[0][0])):
        lines.append(_quota_line("team", team, first_day, quota, "Summe der Mitglieder"))
    if is_broken:
        # the last quarter of the last seller: far enough away to be mended in time
        place = max(number for number, line in enumerate(lines) if line.startswith("rep;"))
        fields = lines[place].split(";")
        lines[place] = ";".join([*fields[:5], "folgt", *fields[6:]])
        faults.append(Fault("feeds", name, place + 1, "bad_number", "a word where the amount is still to come"))
    return lines, faults


def _quota_line(subject_type: str, subject: str, first_day: int, quota: int, note: str) -> str:
    amount = f"{quota:,}".replace(",", ".") + ",00"
    return f"{subject_type};{subject};booked_amount;quarter;{day_text(first_day)};{amount};EUR;{note}"


def _fx_rates(day: int) -> list[str]:
    lines = ["kind,currency,rate_date,fiscal_year,rate"]
    months = [month for month in MONTH_STARTS if FIRST_RATE <= month <= day]
    for currency, rates in RATES.items():
        for month, rate in zip(months, rates.split(), strict=False):
            lines.append(f"dated,{currency},{day_text(month)},,{int(rate) / 10_000:.4f}")
    for year, plan in PLAN_RATES.items():
        lines += [f"plan,{currency},,{year},{rate}" for currency, rate in plan.items()]
    return lines


def _territory_assignments(world: World, moment: int, crm: str) -> list[str]:
    """A few named accounts, and some given by hand for a while."""
    lines = ["subject_id,territory_type,territory,cause,valid_from,valid_to"]
    for number in range(3, min(world.old + world.new, 2_000), 97):
        account = account_life(world, number)
        if account is None or account.created > moment:
            continue
        since = day_text(max(account.created // DAY, day_of(2023, 2, 1)))
        if number % 2:
            lines.append(f"{account_key(crm, account)},geo,Strategic Accounts,named,{since},")
        else:
            until = day_text(max(account.created // DAY, day_of(2023, 2, 1)) + 365)
            lines.append(f"{account_key(crm, account)},geo,Strategic Accounts,manual,{since},{until}")
    return lines


def _write(path: Path, lines: list[str], encoding: str) -> None:
    if path.exists():
        return
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    part.rename(path)
