"""Figures of the mail to leadership, derived again from the exported files with csv and decimal alone, to the cent.

The company is small but not smooth: deals are reopened, deleted, merged, purged, corrected without a trace in field
history, and broken records stand in between. `test_the_files_are_not_smooth` holds that it stays so.
"""

import os
import re
from collections import Counter
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import pytest
from companies import PROJECT, Company, mail_text
from exported_deals import quarter_start
from exported_figures import ExportedCompany
from exported_records import local_day

COMPANY = PROJECT / "dags" / "salesops" / "demo" / "company"
# two days after a week has ended, so that the mail must look back; the corrections of 10 March are in its week
DEMO = ("--opportunities", "1500", "--exports", "4", "--days", "2", "--seed", "4")
CURRENCIES = {"€": "EUR", "US$": "USD"}
MONEY = r"(?P<sign>-?)(?P<symbol>€|US\$)(?P<amount>[\d,]+\.\d\d)"


@dataclass(frozen=True)
class Mail:
    """The text of a mail, asked for its figures."""

    text: str

    def found(self, pattern: str) -> re.Match[str]:
        """The one line that reads so."""
        lines = list(re.finditer(rf"^{pattern}$", self.text, re.MULTILINE))
        assert len(lines) == 1, f"{pattern} in {self.text}"
        return lines[0]

    def money(self, label: str) -> Decimal:
        """An amount to the cent, in euros."""
        line = self.found(f"{label}: {MONEY}")
        assert line["symbol"] == "€"
        return amount(line)

    @property
    def commissions(self) -> dict[str, tuple[str, Decimal] | None]:
        """By person: none for who has earned nothing."""
        people = re.finditer(rf"^- (?P<name>.+): booked .*% of quota(?P<pay>; commission {MONEY})?$", self.text, re.MULTILINE)
        return {one["name"]: (CURRENCIES[one["symbol"]], amount(one)) if one["pay"] else None for one in people}

    @property
    def accounts(self) -> dict[str, int]:
        """Number of accounts by territory."""
        rows = re.finditer(r"^- (?P<name>.+): (?P<count>[\d,]+) accounts?, .* open, .* booked$", self.text, re.MULTILINE)
        return {row["name"]: int(row["count"].replace(",", "")) for row in rows}


def amount(line: re.Match[str]) -> Decimal:
    """The amount that a pattern with MONEY found."""
    return Decimal(line["sign"] + line["amount"].replace(",", ""))


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The whole road, step by step, up to mails that wait in the outbox."""
    home = tmp_path_factory.mktemp("figures")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SALESOPS", "AIRFLOW"))}
    env |= {"SALESOPS_HOME": str(home), "SALESOPS_PROJECT": str(PROJECT), "SALESOPS_CONFIG": str(COMPANY)}
    made = Company(home, PROJECT, env)
    for words in (("demo", *DEMO), ("ingest",), ("build",), ("publish",), ("report",)):
        ran = made.salesops(*words, timeout=580)
        assert ran.status == 0, ran.said
    return made


@pytest.fixture(scope="module")
def mail(company: Company) -> Mail:
    """What every leader reads."""
    mails = [mail for mail in company.mails() if mail["report"] == "executive_summary"]
    assert len(mails) == 2
    # names stand in bidi isolates
    texts = {re.sub("[\u2066-\u2069]", "", mail_text(mail)) for mail in mails}
    assert len(texts) == 1
    return Mail(texts.pop())


@pytest.fixture(scope="module")
def files(company: Company) -> ExportedCompany:
    """What the files say."""
    return ExportedCompany(company.home / "landing", COMPANY / "seeds", PROJECT / "dbt_project" / "seeds")


def test_week(mail: Mail, files: ExportedCompany) -> None:
    assert (files.as_of.isoformat(), files.week_end.isoformat()) == ("2026-03-16", "2026-03-15")
    assert files.quarter_start.isoformat() == "2026-02-01"
    assert mail.found(r"Executive summary · (.+) · (.+)").groups() == ("9–15 Mar 2026", "FY2026 Q1")


def test_bookings_of_the_quarter(mail: Mail, files: ExportedCompany) -> None:
    assert mail.money("Bookings, FY2026 Q1 to date") == files.bookings_of_quarter()


def test_open_pipeline(mail: Mail, files: ExportedCompany) -> None:
    value, count = files.open_pipeline()
    assert mail.money("Open pipeline") == value
    assert mail.found(r".* over the week, (\d+) deals")[1] == str(count)


def test_win_rate(mail: Mail, files: ExportedCompany) -> None:
    won, lost = files.won_and_lost()
    assert mail.found(r"(\d+) won, (\d+) lost").groups() == (str(won), str(lost))
    rate = (Decimal(100 * won) / (won + lost)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert mail.found(r"Win rate, last 52 weeks: (.+)%")[1] == str(rate)


def test_median_cycle(mail: Mail, files: ExportedCompany) -> None:
    assert Decimal(mail.found(r"Median cycle, last 52 weeks: (.+) days")[1]) == files.median_cycle()


def test_commission_of_each_rep(mail: Mail, files: ExportedCompany) -> None:
    earned = files.commissions()
    assert len(mail.commissions) == 10
    assert sum(pay is not None for pay in mail.commissions.values()) >= 3
    assert mail.commissions == {name: earned.get(files.people[name]) for name in mail.commissions}


def test_commissions_accrued(mail: Mail, files: ExportedCompany) -> None:
    """All payees, those too whom the mail does not list: bands of quota, bands of money, and flat shares."""
    earned = files.commissions().values()
    said = re.finditer(
        rf"^Commissions accrued in FY2026 Q1: {MONEY} for (?P<count>\d+) (people|person)\.$", mail.text, re.MULTILINE
    )
    assert {CURRENCIES[line["symbol"]]: (amount(line), int(line["count"])) for line in said} == {
        currency: (sum(pay for other, pay in earned if other == currency), sum(other == currency for other, _ in earned))
        for currency in ("EUR", "USD")
    }


def test_accounts_of_each_territory(mail: Mail, files: ExportedCompany) -> None:
    derived = files.accounts_by_territory()
    assert len(mail.accounts) >= 11
    assert mail.accounts == {name or "No territory": count for name, count in derived.items()}


def test_the_files_are_not_smooth(files: ExportedCompany) -> None:
    """Each case in which a figure derived carelessly would be another one occurs."""
    quarter, week_end = files.quarter_start, files.week_end
    year = [close for close in files.closes if (week_end - close.day).days in range(364) and close.kind == "new_business"]
    found: Counter[str] = Counter()
    for booking in files.bookings:
        found["booked after the week"] += booking.day > week_end
        if quarter <= booking.day <= week_end:
            found["amended without field history"] += booking.day != booking.won_on
            found["of an earlier quarter's win"] += quarter_start(booking.won_on) < quarter
            found["in another currency"] += booking.currency != "EUR"
    for close in year:
        found["ends before it begins"] += close.cycle_days < 0
        found["lost, but not counted"] += (close.outcome, close.loss_reason) == ("lost", "Duplicate")
        found["disqualified"] += close.outcome == "disqualified"
    for deal, states in files.deals.items():
        then, now = states.at_end_of(week_end), states.steps[-1][1]
        found["created after the week"] += then is None
        found["changed after the week"] += then is not None and now != then
        found["broken in an export"] += any(deal in export.broken for export in files.opportunity_exports)
        found["purged"] += now["is_deleted"] and files.rows[deal]["IsDeleted"] == "0"
        found["deleted while open"] += now["is_deleted"] and files.outcome(deal, {**now, "is_deleted": False}) == "open"
        outcomes = [(moment, files.outcome(deal, state)) for moment, state in states.steps]
        for (_, before), (moment, after) in pairwise(outcomes):
            is_of_the_year = (week_end - local_day(moment)).days in range(364)
            found["reopened"] += is_of_the_year and before in ("won", "lost") and after not in (before, "deleted")
            found["deleted after its close"] += is_of_the_year and before in ("won", "lost") and after == "deleted"
    missing = [name for name, count in found.items() if not count]
    assert not missing, found
