"""Two companies that the product has never seen: their files take the whole road, from landing to mail, by configuration alone.

What comes out is held against a count over the same files with Python's csv and decimal. Neither company has quotas, plans,
rates or territories; one has no history, the other no users and deals that end before they begin.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import median

import pytest
from travels import DATA, FIXTURES, Arrived, Deal, iso, rows_of, travel

STATES = ("won", "lost", "open")


def american(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%y").date()


def maven_deals(folder: Path) -> list[Deal]:
    states = {"Won": "won", "Lost": "lost", "Engaging": "open", "Prospecting": "open"}
    return [
        Deal(
            row["opportunity_id"],
            states[row["deal_stage"]],
            Decimal(row["close_value"] or 0),
            iso(row["engage_date"]),
            iso(row["close_date"]),
            row["sales_agent"],
        )
        for row in rows_of(folder / "sales_pipeline.csv")
    ]


def powerbi_deals(folder: Path) -> list[Deal]:
    states = {("TRUE", "TRUE"): "won", ("TRUE", "FALSE"): "lost", ("FALSE", "FALSE"): "open"}
    return [
        Deal(
            row["Id"],
            states[row["IsClosed"], row["IsWon"]],
            Decimal(row["Amount"] or 0),
            american(row["CreatedDate"]),
            american(row["CloseDate"]),
        )
        for row in rows_of(folder / "Opportunity.csv")
    ]


@pytest.fixture(scope="module")
def maven(tmp_path_factory: pytest.TempPathFactory) -> Arrived:
    data = DATA / "maven_crm"
    if not data.is_dir():
        pytest.skip("needs ../shared/data/maven_crm")
    return travel("maven", data, maven_deals(data), tmp_path_factory.mktemp("maven"))


@pytest.fixture(scope="module")
def powerbi(tmp_path_factory: pytest.TempPathFactory) -> Arrived:
    data = DATA / "salesforce_powerbi_history"
    if not data.is_dir():
        pytest.skip("needs ../shared/data/salesforce_powerbi_history")
    return travel("powerbi", data, powerbi_deals(data), tmp_path_factory.mktemp("powerbi"))


@pytest.fixture(params=["maven", "powerbi"])
def arrived(request: pytest.FixtureRequest) -> Arrived:
    found: Arrived = request.getfixturevalue(request.param)
    return found


def total(deals: Iterable[Deal]) -> Decimal:
    return sum((deal.amount for deal in deals), Decimal(0))


def as_rate(share: Fraction) -> Decimal:
    """A share with the six decimals of the marts, half up."""
    return Decimal((share * 10**6 + Fraction(1, 2)).__floor__()).scaleb(-6)


def quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


# ---------- both


def test_every_record_landed(arrived: Arrived) -> None:
    """But for managers, whom Maven's file of agents names again with each of theirs."""
    again = 0
    if arrived.name == "maven":
        managers = [row["manager"] for row in rows_of(DATA / "maven_crm" / "sales_teams.csv")]
        again = len(managers) - len(set(managers))
    counts = "sum(records_read) - sum(records_landed), sum(records_quarantined), sum(records_repeated), count(*) > 3"
    assert arrived.query(f"select {counts} from core.loads") == [(again, 0, again, True)]


def test_every_deal_is_in_the_state_that_its_file_tells(arrived: Arrived) -> None:
    rows = arrived.query("""
        select opportunity_id, case when is_won then 'won' when is_lost then 'lost' when is_open then 'open' end
        from core.fct_opportunities where not is_deleted
    """)
    assert len(rows) == len(arrived.deals)
    assert dict(rows) == {f"{arrived.name}:{deal.deal_id}": deal.state for deal in arrived.deals}


def test_revenue_to_the_cent_deal_by_deal(arrived: Arrived) -> None:
    booked = arrived.query("""
        select opportunity_id, sum(booked_amount_plan) from core.fct_close_events
        group by opportunity_id having sum(booked_amount_plan) != 0
    """)
    assert dict(booked) == {f"{arrived.name}:{deal.deal_id}": deal.amount for deal in arrived.of("won") if deal.amount}
    assert sum(amount for _, amount in booked) == total(arrived.of("won"))


def test_what_decides_each_deal_is_its_latest_close(arrived: Arrived) -> None:
    closes = dict(arrived.query("select event, count(*) from core.fct_close_events where is_latest_close group by event"))
    assert closes == Counter(deal.state for deal in arrived.of("won", "lost"))


def test_win_rate_of_everything_that_closed(arrived: Arrived) -> None:
    ((won, lost, value),) = arrived.query("""
        select sum(won_count), sum(lost_count), sum(won_value) from funnel.funnel_win_rates
        where period_type = 'year' and basis = 'closed' and dimension = 'all'
    """)
    assert (won, lost, value) == (len(arrived.of("won")), len(arrived.of("lost")), total(arrived.of("won")))


def test_the_mails_read_well(arrived: Arrived) -> None:
    mails = [arrived.mail("executive_summary"), *([arrived.mail("data_quality")] if arrived.name == "powerbi" else [])]
    for mail in mails:
        parts = [mail.get_body((kind,)) for kind in ("plain", "html")]
        written = [str(mail["Subject"]), *[str(part.get_content()) for part in parts if part is not None]]
        assert len(written) == 3
        for text in written:
            assert not re.search(r"\b(nan|NaN|None|null|undefined)\b", text)
        assert not re.search(r"<table[^>]*>\s*</table>|<tr[^>]*>\s*</tr>|<t[hd][^>]*>\s*</t[hd]>|<p[^>]*>\s*</p>", written[2])
        shown, attached = re.findall(r'src="cid:([^"]+)"', written[2]), [part["Content-ID"] for part in mail.walk()]
        assert all(f"<{picture}>" in attached for picture in shown)


def test_all_mails_left(arrived: Arrived) -> None:
    assert re.match(r"[1-9]\d* sent, 0 failed, 0 unknown, 0 waiting", arrived.said["deliver"])


# ---------- maven


def test_maven_published_figures(maven: Arrived) -> None:
    assert maven.query("""
        select
            count(*) filter (is_won), count(*) filter (is_lost), count(*) filter (is_open),
            sum(amount_plan) filter (is_won)
        from core.fct_opportunities
    """) == [(4238, 2473, 2089, Decimal(10_005_534))]
    assert maven.query("""
        select win_rate from funnel.funnel_win_rates
        where period_type = 'year' and period_start_date = '2017-01-01' and basis = 'closed' and dimension = 'all'
    """) == [(Decimal("0.631501"),)]
    assert maven.query("""
        select sum(events.booked_amount_plan)
        from core.fct_close_events as events
        join core.dim_rep as reps on events.owner_id = reps.rep_id and reps.is_current
        where reps.manager_name = 'Melvin Marxen' and events.booked_date between '2017-10-01' and '2017-12-31'
    """) == [(Decimal(670_788),)]
    assert maven.query("""
        select count(*)
        from core.fct_opportunities as deals
        join core.dim_rep as reps on deals.owner_id = reps.rep_id and reps.is_current
        where reps.manager_name = 'Melvin Marxen' and deals.created_date between '2017-10-01' and '2017-12-31'
    """) == [(244,)]


def test_maven_by_quarter(maven: Arrived) -> None:
    rows = maven.query("""
        select period_start_date, won_count, lost_count, won_value, win_rate from funnel.funnel_win_rates
        where period_type = 'quarter' and basis = 'closed' and dimension = 'all' order by all
    """)
    counted = []
    for start in sorted({quarter(deal.ended) for deal in maven.of("won", "lost") if deal.ended}):
        won, lost = ([deal for deal in maven.of(state) if deal.ended and quarter(deal.ended) == start] for state in STATES[:2])
        rate = as_rate(Fraction(len(won), len(won) + len(lost)))
        counted.append((start, len(won), len(lost), total(won), rate))
    assert rows == counted
    assert [row[1] for row in rows] == [531, 1254, 1257, 1196]


def test_maven_by_rep(maven: Arrived) -> None:
    rows = maven.query("""
        select member, sum(won_count), sum(lost_count), sum(won_value) from funnel.funnel_win_rates
        where period_type = 'year' and basis = 'closed' and dimension = 'owner' group by member
    """)
    counted = {
        f"maven:{owner}": tuple(
            figure(deal for deal in maven.deals if deal.owner == owner and deal.state == state)
            for figure, state in ((lambda them: len(list(them)), "won"), (lambda them: len(list(them)), "lost"), (total, "won"))
        )
        for owner in {deal.owner for deal in maven.of("won", "lost")}
    }
    assert {member: tuple(figures) for member, *figures in rows} == counted


def test_maven_cycle_deal_by_deal_and_its_mean(maven: Arrived) -> None:
    rows = maven.query("select opportunity_id, cycle_days from core.fct_opportunities where is_won or is_lost")
    assert dict(rows) == {f"maven:{deal.deal_id}": deal.days for deal in maven.of("won", "lost")}
    ((days, deals),) = maven.query("select sum(cycle_days), count(cycle_days) from core.fct_opportunities where is_won")
    won = [deal.days for deal in maven.of("won")]
    assert Fraction(int(days), int(deals)) == Fraction(sum(won), len(won))


def maven_rows() -> list[dict[str, str]]:
    """The file's closed deals, each with its agent's office and the product by its right name."""
    offices = {row["sales_agent"]: row["regional_office"] for row in rows_of(DATA / "maven_crm" / "sales_teams.csv")}
    return [
        {**row, "region": offices[row["sales_agent"]], "product": row["product"].replace("GTXPro", "GTX Pro"), "all": "all"}
        for row in rows_of(DATA / "maven_crm" / "sales_pipeline.csv")
        if row["deal_stage"] in ("Won", "Lost")
    ]


@pytest.mark.parametrize(
    ("dimension", "column", "source"),
    [("product", "product", ""), ("region", "region", ""), ("team", "region", ""), ("owner", "sales_agent", "maven:")],
)
def test_maven_by_quarter_and_dimension(maven: Arrived, dimension: str, column: str, source: str) -> None:
    rows = maven.query(f"""
        select period_start_date, member, won_count, lost_count, won_value, win_rate from funnel.funnel_win_rates
        where period_type = 'quarter' and basis = 'closed' and dimension = '{dimension}'
    """)
    groups: dict[tuple[date, str], list[dict[str, str]]] = {}
    for row in maven_rows():
        groups.setdefault((quarter(date.fromisoformat(row["close_date"])), source + row[column]), []).append(row)
    counted = set()
    for (start, member), held in groups.items():
        won = [Decimal(row["close_value"]) for row in held if row["deal_stage"] == "Won"]
        counted.add((start, member, len(won), len(held) - len(won), sum(won, Decimal(0)), as_rate(Fraction(len(won), len(held)))))
    assert set(rows) == counted
    assert len(rows) == len(counted)


def test_maven_deals_by_the_quarter_of_their_beginning(maven: Arrived) -> None:
    rows = maven.query("""
        select period_start_date, won_count, lost_count, open_count, won_of_all, is_mature from funnel.funnel_win_rates
        where period_type = 'quarter' and basis = 'created' and dimension = 'all' order by all
    """)
    begun: dict[date, Counter[str]] = {}
    for deal in maven.deals:
        if deal.began is not None:
            begun.setdefault(quarter(deal.began), Counter())[deal.state] += 1
    assert rows == [
        (
            start,
            states["won"],
            states["lost"],
            states["open"],
            as_rate(Fraction(states["won"], states.total())),
            not states["open"],
        )
        for start, states in sorted(begun.items())
    ]


def test_maven_cycles_in_the_funnel(maven: Arrived) -> None:
    rows = maven.query("select opportunity_id, outcome, days_from_creation from funnel.funnel_cycle")
    assert {deal: (outcome, days) for deal, outcome, days in rows} == {
        f"maven:{deal.deal_id}": (deal.state, deal.days) for deal in maven.of("won", "lost")
    }


def test_maven_velocity_by_quarter_and_office(maven: Arrived) -> None:
    rows = maven.query("""
        select period_start_date, team, opportunities, mean_won_value, win_rate, cycle_days, velocity
        from funnel.funnel_velocity where period_type = 'quarter'
    """)
    groups: dict[tuple[date, str], list[dict[str, str]]] = {}
    for row in maven_rows():
        groups.setdefault((quarter(date.fromisoformat(row["close_date"])), row["region"]), []).append(row)
    assert len(rows) == len(groups)
    for start, team, opportunities, mean, rate, cycle, velocity in rows:
        held = groups[start, team]
        won = [Fraction(row["close_value"]) for row in held if row["deal_stage"] == "Won"]
        value = sum(won, Fraction(0))
        days = [(date.fromisoformat(row["close_date"]) - date.fromisoformat(row["engage_date"])).days for row in held]
        assert opportunities == len(held)
        assert abs(Fraction(mean) - value / len(won)) <= Fraction(1, 200)
        assert rate == as_rate(Fraction(len(won), len(held)))
        assert abs(Fraction(cycle) - Fraction(sum(days), len(days))) <= Fraction(1, 10**6)
        assert abs(Fraction(velocity) - value / Fraction(sum(days), len(days))) <= Fraction(1, 200)


def test_maven_mail_tells_the_last_week_of_2017(maven: Arrived) -> None:
    mail = maven.mail("executive_summary")
    assert mail["To"] == "leadership@hardware.example"
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    won = maven.of("won")

    def booked(first: date) -> str:
        return f"${total(deal for deal in won if deal.ended and first <= deal.ended <= date(2017, 12, 31)):,.2f}"

    assert f"Bookings, FY2017 Q4 to date: {booked(date(2017, 10, 1))}" in text
    assert f"Bookings, FY2017 to date: {booked(date(2017, 1, 1))}" in text
    assert f"Bookings, this week: {booked(date(2017, 12, 25))}" in text
    assert "4,238 won, 2,473 lost" in text
    assert "Win rate, last 52 weeks: 63.2%" in text
    assert f"Median cycle, last 52 weeks: {median(deal.days for deal in won):.1f} days" in text
    for absent in ("of quota", "People", "Territories", "Commissions"):
        assert absent not in text


# ---------- powerbi


def test_powerbi_deals_that_end_before_they_begin(powerbi: Arrived) -> None:
    backwards = {f"powerbi:{deal.deal_id}" for deal in powerbi.of("won", "lost") if deal.days < 0}
    assert len(backwards) > len(powerbi.of("won", "lost")) / 2
    faults = powerbi.query("select record_id from core.data_faults where fault = 'closed_before_creation'")
    assert len(faults) == len(backwards)
    assert {record for (record,) in faults} == backwards
    cycles = dict(powerbi.query("select opportunity_id, cycle_days from core.fct_opportunities where is_won or is_lost"))
    assert {deal for deal, days in cycles.items() if days is None} == backwards
    forwards = {f"powerbi:{deal.deal_id}": deal.days for deal in powerbi.of("won", "lost") if deal.days >= 0}
    assert {deal: days for deal, days in cycles.items() if days is not None} == forwards


def test_powerbi_win_rate(powerbi: Arrived) -> None:
    ((rate,),) = powerbi.query("""
        select sum(won_count) / sum(won_count + lost_count) from funnel.funnel_win_rates
        where period_type = 'quarter' and basis = 'closed' and dimension = 'all'
    """)
    assert as_rate(Fraction(rate)) == as_rate(Fraction(len(powerbi.of("won")), len(powerbi.of("won", "lost"))))


def test_powerbi_quality_mail_counts_the_faults(powerbi: Arrived) -> None:
    body = powerbi.mail("data_quality").get_body(("plain",))
    assert body is not None
    backwards = [deal for deal in powerbi.of("won", "lost") if deal.days < 0]
    assert re.search(rf"\b{len(backwards)}\b", body.get_content())


# ---------- stages


def test_powerbi_paths_are_those_of_its_history(powerbi: Arrived) -> None:
    """The history is in no order, two deals are won and then lost, and a deal's first row is its creation."""
    aliases = rows_of(FIXTURES / "companies" / "powerbi" / "seeds" / "stage_alias.csv", comments=True)
    stages = {row["name"]: row["stage"] for row in aliases if row["object"] == "opportunity"}
    told: dict[str, list[tuple[datetime, str]]] = {}
    for row in rows_of(DATA / "salesforce_powerbi_history" / "OpportunityHistory.csv"):
        moment = datetime.strptime(row["CreatedDate"], "%m/%d/%y %I:%M %p")
        told.setdefault(row["OpportunityId"], []).append((moment, stages[row["StageName"]]))
    paths = Counter(" > ".join(stage for _, stage in sorted(moves)) for moves in told.values())
    assert dict(powerbi.query("select path, deals from stage.stage_variants")) == paths
    assert sum(deals for path, deals in paths.items() if path.endswith("Contract Signed > Lost")) == 7


def test_powerbi_cycles_that_are_negative_are_in_no_median(powerbi: Arrived) -> None:
    """A path of deals that all end before they begin has no median, and no visit has negative days."""
    assert powerbi.query("select min(median_cycle_days) >= 0, count(*) > count(median_cycle_days) from stage.stage_variants") == [
        (True, True)
    ]
    assert powerbi.query("select count(*) from stage.stage_visits where days < 0") == [(0,)]


def test_maven_makes_up_no_way_that_it_does_not_tell(maven: Arrived) -> None:
    """An export without history tells where a deal ended, not how it came there."""
    assert dict(maven.query("select path, deals from stage.stage_variants")) == Counter(
        {"won": "Contract Signed", "lost": "Lost"}.get(deal.state) or deal_stage
        for deal, deal_stage in zip(maven.deals, maven_open_stages(), strict=True)
    )
    assert maven.query("select count(*) from stage.stage_transitions") == [(0,)]
    assert maven.query("select count(*), count(fitness) from stage.stage_conformance") == [(len(maven.deals), 0)]
    assert maven.query("select count(*), count(is_stuck) from stage.stage_aging") == [(len(maven.of("open")), 0)]


def maven_open_stages() -> list[str]:
    """Each deal's stage of the map by its name in the file."""
    aliases = rows_of(FIXTURES / "companies" / "maven" / "seeds" / "stage_alias.csv", comments=True)
    stages = {row["name"]: row["stage"] for row in aliases if row["object"] == "opportunity"}
    return [stages[row["deal_stage"]] for row in rows_of(DATA / "maven_crm" / "sales_pipeline.csv")]


# ---------- pipeline


def powerbi_movements(folder: Path) -> Counter[str]:
    """What the deals did to the pipeline of 2026, each one net, from the rows of its history: column of the bridge → value.

    All deals were created in that year. Of one minute the file tells one row a deal.
    """
    aliases = rows_of(FIXTURES / "companies" / "powerbi" / "seeds" / "stage_alias.csv", comments=True)
    alias = {row["name"]: row["stage"] for row in aliases}
    courses: dict[str, list[tuple[datetime, str, Decimal]]] = {}
    for row in rows_of(folder / "OpportunityHistory.csv"):
        moment = datetime.strptime(row["CreatedDate"], "%m/%d/%y %I:%M %p")
        courses.setdefault(row["OpportunityId"], []).append((moment, alias[row["StageName"]], Decimal(row["Amount"] or 0)))
    found: Counter[str] = Counter()
    for course in courses.values():
        stage, way_out, came_in, left = "", "", None, Decimal(0)
        for _, new_stage, amount in sorted(course):
            was_in, is_in = stage in ("Discovery", "Demo", "Proposal"), new_stage in ("Discovery", "Demo", "Proposal")
            is_win = new_stage == "Contract Signed" != stage
            if (is_in or is_win) and came_in is None:
                came_in = amount
            if is_win or (was_in and not is_in):
                way_out, left = {"Contract Signed": "won", "Lost": "lost"}.get(new_stage, "disqualified"), amount
            stage, last = new_stage, amount
        if came_in is None:
            continue
        ends = last if is_in else left
        found["new"] += came_in
        found["closing" if is_in else way_out] += ends
        found["increased" if ends > came_in else "decreased"] += abs(ends - came_in)
    return found


def test_powerbi_bridge_ties_and_tells_what_the_history_tells(powerbi: Arrived) -> None:
    into, out = ("transferred_in", "reopened", "new", "pulled_in"), ("lost", "disqualified", "deleted_or_merged", "pushed_out")
    gained, lost = " + ".join((*into, "revaluation", "increased")), " - ".join((*out, "won", "transferred_out", "decreased"))
    ties = f"count(*), count(*) filter (where opening + {gained} - {lost} = closing)"
    rows = powerbi.query(f"select period_type, scope, {ties} from funnel.pipeline_bridge group by all")
    assert {(period_type, scope) for period_type, scope, *_ in rows} == {
        (period_type, scope)
        for period_type in ("week", "month", "quarter", "year")
        for scope in ("all_open", "closing_in_period")
    }
    assert all(count == tied for *_, count, tied in rows)
    expected = powerbi_movements(DATA / "salesforce_powerbi_history")
    names = ("opening", "revaluation", *into, "increased", *out, "won", "transferred_out", "decreased", "closing")
    (sums,) = powerbi.query(f"""
        select {", ".join(f"sum({name})" for name in names)} from funnel.pipeline_bridge
        where period_type = 'year' and period_start_date = '2026-01-01' and scope = 'all_open'
    """)
    assert dict(zip(names, sums, strict=True)) == {name: expected[name] for name in names}
    assert expected["won"] > 0
    assert expected["closing"] > 0
