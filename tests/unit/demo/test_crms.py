"""The demo's sales in each CRM's own format: read by its mapping, they tell what the simulation holds."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from salesops.demo.clock import day_text, export_days, export_moment
from salesops.demo.deals import Deal
from salesops.demo.formats import read_format
from salesops.demo.generate import Demo, accounts, write_demo
from salesops.demo.people import People
from salesops.demo.stages import IS_WON, OPEN
from salesops.demo.world import World
from salesops.settings import Settings

COMPANY = Path(__file__).parents[3] / "dags" / "salesops" / "demo" / "company"
CRMS = ("salesforce", "hubspot", "pipedrive", "zoho", "dynamics")
OPPORTUNITIES = 400
PEOPLE = People()


class Landed:
    """A small demo in one CRM, through ingest."""

    def __init__(self, crm: str, home: Path) -> None:
        from salesops.ingest.load import land

        self.crm = crm
        self.demo: Demo = write_demo(home / "landing", crm=crm, opportunities=OPPORTUNITIES, exports=2)
        # only Salesforce has custom fields, which the company's own mapping reads; the others' mappings are the shipped ones
        self.settings = Settings.from_env({"SALESOPS_HOME": str(home), "SALESOPS_CONFIG": str(COMPANY)})
        self.unmapped = {crm: land(self.settings, crm).unmapped, "feeds": land(self.settings, "feeds").unmapped}

    def rows(self, entity: str, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        """Of the newest version of each record."""
        files = f"read_parquet('{self.settings.raw}/{self.crm}/*/{entity}.parquet', union_by_name = true)"
        newest = (
            f"select * from {files} where {where} qualify row_number() over (partition by _key order by _extracted_at desc) = 1"
        )
        return duckdb.sql(f"select {columns} from ({newest})").fetchall()

    @property
    def is_alive(self) -> str:
        """Salesforce lists what is in its recycle bin; the others don't."""
        return "is_deleted is distinct from 'true'" if self.crm == "salesforce" else "true"

    @property
    def moments(self) -> list[int]:
        """What the two exports show."""
        moments = [export_moment(day) for day in export_days(2, 0)]
        return moments if self.crm == "salesforce" else [read_format(self.crm).export_moment(moment) for moment in moments]


@pytest.fixture(scope="module", params=CRMS)
def landed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Landed:
    return Landed(request.param, tmp_path_factory.mktemp(request.param))


def deals() -> Iterator[Deal]:
    """What the simulation holds."""
    for account in accounts(World(opportunities=OPPORTUNITIES), export_moment(export_days(2, 0)[-1])):
        yield from account.deals


def is_known(deal: Deal, moment: int) -> bool:
    return deal.is_there(moment) and (deal.deleted is None or moment < deal.deleted)


def user_name(crm: str, person: object) -> str:
    """As the CRM writes it: outside Salesforce in Latin letters."""
    version = PEOPLE.versions[int(str(person))][0]
    if crm == "salesforce" or all(ord(letter) < 0x250 for letter in version.name):
        return version.name
    return " ".join(word.title() for word in re.split("[.@]", version.email)[:2])


def money(cents: object) -> Decimal | None:
    """In whole units of the currency."""
    return Decimal(str(cents)) / 100 if cents is not None else None


def decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


def stage_of(crm: str, name: str) -> str:
    """Pipedrive and Dynamics know won and lost as a status alone."""
    if crm not in ("pipedrive", "dynamics") or name in OPEN:
        return name
    return "Won" if name in IS_WON else "Lost"


def test_every_file_but_two_of_salesforces_has_a_mapping(landed: Landed) -> None:
    from salesops.ingest.ledger import read_loads

    assert landed.unmapped == {landed.crm: [], "feeds": []}
    unmapped = {name.split("/")[-1] for load in read_loads(landed.settings.raw, landed.crm) for name in load.unmapped}
    assert unmapped == ({"Note.csv", "RecordType.csv"} if landed.crm == "salesforce" else set())


def test_exactly_the_planted_records_are_in_quarantine(landed: Landed) -> None:
    found = duckdb.sql(
        f"select distinct _source, _file, _line, reason from read_parquet('{landed.settings.raw}/*/*/quarantine.parquet')"
    ).fetchall()
    assert sorted(found) == sorted((fault.source, fault.file, fault.line, fault.reason) for fault in landed.demo.faults)
    assert len({fault.reason for fault in landed.demo.faults if fault.source == landed.crm}) >= 4


def test_the_raw_gate_lets_it_pass(landed: Landed) -> None:
    from salesops.ingest.gate import gate_faults
    from salesops.ingest.ledger import read_loads
    from salesops.ingest.mapping_files import load_mappings

    loads = [load.load_id for load in read_loads(landed.settings.raw, landed.crm)]
    assert len(loads) == 2
    assert gate_faults(landed.settings.raw, load_mappings(landed.settings.config), loads) == []


def test_no_export_is_waited_for(landed: Landed) -> None:
    from salesops.ingest.mapping_files import load_mappings
    from salesops.ingest.overdue import overdue_exports

    moment = datetime(2027, 3, 14, tzinfo=UTC)
    assert overdue_exports(landed.settings.raw, load_mappings(landed.settings.config), moment) == []


def test_each_deal_is_what_the_simulation_holds(landed: Landed) -> None:
    expected = Counter[tuple[object, ...]]()
    for deal in deals():
        known = [moment for moment in landed.moments if is_known(deal, moment)]
        if known:
            state, _, _ = deal.state(known[-1])
            day, owner = day_text(int(str(state["CloseDate"]))), user_name(landed.crm, state["OwnerId"])
            currency = str(state["CurrencyIsoCode"])
            expected[deal.name, stage_of(landed.crm, str(state["StageName"])), money(state["Amount"]), currency, day, owner] += 1
    users = dict(landed.rows("user", "user_id, user_name"))
    columns = "opportunity_name, stage, amount, currency, close_date, owner_id"
    found = Counter(
        (name, stage, decimal(amount), currency, day, users[owner])
        for name, stage, amount, currency, day, owner in landed.rows("opportunity", columns, landed.is_alive)
    )
    assert sum(expected.values()) > 300
    assert found == expected


def history_of(deal: Deal, until: int) -> list[tuple[int, str, object, object]]:
    """Moment, field, old value, new value; the first values have no old one."""
    first = [(deal.created, name, None, deal.initial[name]) for name in ("StageName", "Amount", "CloseDate", "OwnerId")]
    return first + [(at, name, old, new) for at, name, old, new, _, _ in deal.changes if at <= until]


def value_of(crm: str, name: str, value: object) -> object:
    match name:
        case "Amount":
            return money(value)
        case "CloseDate":
            return day_text(int(str(value)))
        case "OwnerId":
            return user_name(crm, value)
    return str(value)


def stamped(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize("landed", ["hubspot"], indirect=True)
def test_hubspots_property_history_is_the_whole_course(landed: Landed) -> None:
    """To the minute, which is all that it tells: of several values of one property within a minute, the last."""
    attributes = {"StageName": "stage", "Amount": "amount", "CloseDate": "close_date", "OwnerId": "owner"}
    expected = set()
    for deal in deals():
        known = [moment for moment in landed.moments if is_known(deal, moment)]
        values: dict[tuple[str, int, object], object] = {}
        for at, name, _, new in history_of(deal, known[-1]) if known else []:
            if name in attributes:
                values[name, at // 60 * 60, new if name == "StageName" else None] = new
        expected |= {
            (str(deal.setting.serial), attributes[name], value_of("hubspot", name, new), stamped(at))
            for (name, at, _), new in values.items()
        }
    columns = "opportunity_id, attribute, new_value, changed_at"
    found = [
        (deal, attribute, decimal(value) if attribute == "amount" else value, at)
        for deal, attribute, value, at in landed.rows("opportunity_history", columns)
    ]
    assert len(found) == len(set(found))
    assert set(found) - expected == set()
    # an amount that was not known yet makes no row
    assert {row for row in expected - set(found) if row[2] is not None} == set()


@pytest.mark.parametrize("landed", ["zoho", "salesforce"], indirect=True)
def test_each_move_is_told_with_what_was_before_it(landed: Landed) -> None:
    expected = Counter(
        (deal.name, str(old), str(new), stamped(at))
        for deal in deals()
        for at, name, old, new in history_of(deal, max([m for m in landed.moments if is_known(deal, m)], default=0))
        if name == "StageName" and old is not None
    )
    names = dict(landed.rows("opportunity", "opportunity_id, opportunity_name", landed.is_alive))
    columns = "opportunity_id, old_value, new_value, changed_at"
    found = Counter(
        (names[deal], *change)
        # rows that change no stage stand between
        for deal, *change in landed.rows("opportunity_history", columns, "attribute = 'stage' and old_value <> new_value")
        if deal in names
    )
    assert sum(found.values()) > 1_000
    assert found == expected


@pytest.mark.parametrize("landed", ["pipedrive"], indirect=True)
def test_pipedrive_tells_since_when_a_deal_is_where_it_is(landed: Landed) -> None:
    expected = set()
    for deal in deals():
        for moment in (moment for moment in landed.moments if is_known(deal, moment)):
            moves = [(at, str(new)) for at, name, _, new in history_of(deal, moment) if name == "StageName"]
            at, name = [move for move in moves if move[1] in OPEN][-1]
            expected.add((str(deal.setting.serial), name, stamped(at)))
            outcomes = [(at, stage_of("pipedrive", name)) for at, name in moves]
            if outcomes[-1][1] in ("Won", "Lost"):
                since = len(outcomes) - 1
                while outcomes[since - 1][1] == outcomes[-1][1]:
                    since -= 1
                expected.add((str(deal.setting.serial), outcomes[-1][1], stamped(outcomes[since][0])))
    found = set(landed.rows("opportunity_history", "opportunity_id, new_value, changed_at"))
    assert found == expected
