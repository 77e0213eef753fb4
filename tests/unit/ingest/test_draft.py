"""`salesops map`: what a draft finds in files whose dialect and forms are known, because they were made by hand."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ingest_home import Home, settings_for
from ruamel.yaml import YAML

from salesops.cli import main
from salesops.errors import InputError
from salesops.ingest.check import check_mappings
from salesops.ingest.draft import draft_mapping
from salesops.ingest.load import land
from salesops.ingest.mapping import Mapping

Draft = Callable[..., str]


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    """The draft for files given as name and content, in a folder called acme."""

    def write(files: dict[str, str | bytes]) -> str:
        folder = tmp_path / "acme"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            os.utime(path, (1_773_527_400, 1_773_527_400))  # 2026-03-14T22:30:00Z
        return draft_mapping([folder])

    return write


def entry(text: str, number: int = 0) -> Any:
    """An entry of a draft, which must be a mapping as it stands."""
    content = YAML(typ="safe").load(text)
    Mapping.model_validate(content)
    return content["files"][number]


def doubts(text: str) -> list[str]:
    return [line.split("# doubt: ")[1] for line in text.splitlines() if "# doubt: " in line]


def line_of(text: str, start: str) -> str:
    (line,) = [line.strip() for line in text.splitlines() if line.strip().startswith(start)]
    return line


GERMAN = """\
Deal ID;Deal Name;Phase;Betrag;Abschlussdatum;Wahrscheinlichkeit;Angelegt;Notiz
D-1;Müller Größe;Offen;1.234,50;13.02.2026;40 %;01.02.2026 09:30;ruft zurück
D-2;Ä & Ö;Gewonnen;900,00;28.03.2026;100 %;02.02.2026 17:05;
D-3;Straße;Offen;-;05.03.2026;10 %;03.02.2026 08:00;ö
"""


def test_semicolons_windows_1252_and_numbers_with_a_comma(draft: Draft) -> None:
    text = draft({"deals.csv": GERMAN.encode("cp1252")})
    found = entry(text)
    assert found["dialect"] == {"encoding": "windows-1252", "delimiter": ";", "quote": '"'}
    assert found["entity"] == "opportunity"
    assert found["columns"] == {
        "opportunity_id": "Deal ID",
        "opportunity_name": "Deal Name",
        "stage": "Phase",
        "amount": {"from": "Betrag", "nulls": ["-"], "number": "1.234,56"},
        "close_date": {"from": "Abschlussdatum", "format": "%d.%m.%Y"},
        "probability": {"from": "Wahrscheinlichkeit", "percent": True},
        "created_at": {"from": "Angelegt", "format": "%d.%m.%Y %H:%M"},
    }
    assert found["ignore"] == ["Notiz"]
    assert "1.234,50 in line 2" in line_of(text, "amount:")
    assert '"-" in line 4 read as nothing' in line_of(text, "amount:")
    assert "13.02.2026 in line 2: day first" in line_of(text, "close_date:")
    # decided by the other column of the file
    assert "day first, as in another column" in line_of(text, "created_at:")
    assert any(doubt.startswith("the times of Angelegt in deals.csv carry no offset") for doubt in doubts(text))
    assert "not understood" in line_of(text, "- Notiz")


THAI = "Deal Id,Stage,Deal Name\n1,เปิด,โครงการติดตั้งระบบบัญชีสำหรับบริษัท\n2,ปิด,งานขายเครื่องพิมพ์ให้โรงเรียน\n"
ARABIC = "Deal Id,Stage,Deal Name\n1,مفتوح,مشروع نظام المحاسبة للشركة الجديدة\n2,مغلق,بيع الطابعات إلى المدرسة الكبيرة\n"
ENCODED = [
    ("utf-8", GERMAN, "utf-8", False),
    ("utf-8-sig", GERMAN, "utf-8", False),
    ("utf-16", GERMAN, "utf-16", False),
    ("cp1252", GERMAN, "windows-1252", True),
    ("latin-1", GERMAN, "windows-1252", True),
    ("cp1256", ARABIC, "windows-1256", True),
]


@pytest.mark.parametrize(("codec", "content", "encoding", "is_doubtful"), ENCODED, ids=[case[0] for case in ENCODED])
def test_the_encoding(draft: Draft, codec: str, content: str, encoding: str, is_doubtful: bool) -> None:
    text = draft({"deals.csv": content.encode(codec)})
    assert entry(text)["dialect"]["encoding"] == encoding
    assert ("doubt" in line_of(text, "dialect:")) is is_doubtful


def test_thai_is_read_alike_by_either_of_its_encodings(draft: Draft) -> None:
    assert entry(draft({"deals.csv": THAI.encode("cp874")}))["dialect"]["encoding"] in ("windows-874", "tis-620")


NUMBERS = [
    ("plain", ["1234.5", "7"], None),
    ("thousands", ["1,234.50", "1,000,000.00"], "1,234.56"),
    ("comma", ["1234,50", "7,25"], "1234,56"),
    ("blanks", ["1 234,50", "12 345 678,00"], "1 234,56"),
    ("blanks that do not break", ["1\u00a0234.50", "999.00"], "1 234.56"),
    ("apostrophes", ["1'234.50", "1'000'000.00"], "1'234.56"),
    ("currency", ["€ 1.234,50", "900,00 €"], {"form": "1.234,56", "signs": ["€"]}),
    ("thousands and millions", ["$1,117.10K", "$2.50M"], {"form": "1,234.56", "signs": ["$"], "suffixes": ["K", "M"]}),
    ("parentheses", ["(1,234.50)", "1,000.00"], {"form": "1,234.56", "parentheses": True}),
    ("thai digits", ["๑๒๓.๕๐", "๗"], {"digits": "thai"}),
    ("code before", ["EUR 1.234,50", "EUR 7,00"], {"form": "1.234,56", "signs": ["EUR"]}),
]


@pytest.mark.parametrize(("values", "number"), [case[1:] for case in NUMBERS], ids=[case[0] for case in NUMBERS])
def test_the_form_of_numbers(draft: Draft, values: list[str], number: Any) -> None:
    rows = "".join(f'{key}|Open|"{value}"\n' for key, value in enumerate(values))
    text = draft({"deals.csv": "Deal Id|Stage|Amount\n" + rows})
    amount = entry(text)["columns"]["amount"]
    assert (amount if isinstance(amount, str) else amount["number"]) == (number or "Amount")
    assert "doubt" not in line_of(text, "amount:")


@pytest.mark.parametrize("values", [["OPP-001", "OPP-002"], ["001", "002"], ["1.2.3", "4"], ["12-3", "4"]])
def test_what_is_no_number_is_no_amount(draft: Draft, values: list[str]) -> None:
    found = entry(draft({"deals.csv": "Deal Id,Stage,Amount\n" + "".join(f"{n},Open,{v}\n" for n, v in enumerate(values))}))
    assert "amount" not in found["columns"]
    assert found["ignore"] == ["Amount"]


def test_a_number_that_could_be_two_is_a_doubt_with_both(draft: Draft) -> None:
    text = draft({"deals.csv": "Deal Id,Stage,Amount\n1,Open,12\n2,Open,1.234\n"})
    (said,) = [doubt for doubt in doubts(text) if "1.234" in doubt]
    assert said.startswith("1.234 in line 3 is 1.234 when written like 1234.56, 1234 like 1.234,56")


def test_another_column_of_the_file_decides_how_numbers_are_written(draft: Draft) -> None:
    text = draft({"deals.csv": "Deal Id;Stage;Amount;Cost\n1;Open;1.234;1.000,50\n2;Open;12;7,25\n"})
    assert entry(text)["columns"]["amount"] == {"from": "Amount", "number": "1.234,56"}
    assert "doubt" not in line_of(text, "amount:")


def test_another_file_decides_where_the_own_one_does_not(draft: Draft) -> None:
    text = draft(
        {
            "accounts.csv": "Account Id;Name;Employees;Created\nA1;Acme;1.240;01/02/2026\nA2;Birch;85;03/04/2026\n",
            "deals.csv": "Deal Id;Stage;Amount;Close Date\n1;Open;1.234,50;13/02/2026\n2;Open;7,25;01/03/2026\n",
        }
    )
    columns = entry(text)["columns"]
    assert columns["employees"] == {"from": "Employees", "number": "1.234,56"}
    assert columns["created_at"] == {"from": "Created", "format": "%d/%m/%Y"}
    assert "doubt" not in line_of(text, "employees:") + line_of(text, "created_at: {from: Created")


def test_a_few_values_that_are_no_numbers_are_a_doubt_and_not_shown(draft: Draft) -> None:
    text = draft({"deals.csv": "Deal Id,Stage,Amount\n1,Open,12.50\n2,Open,ask Nathalie\n3,Open,7\n4,Open,8.25\n"})
    assert entry(text)["columns"]["amount"] == "Amount"
    assert "doubt: no decimal in line 3: would go to quarantine" in line_of(text, "amount:")
    assert "Nathalie" not in text


def test_a_delimiter_within_values_is_no_rival(draft: Draft) -> None:
    text = draft({"deals.csv": "Deal Id;Stage;Amount\n1;Open;1,5\n2;Open;2,5\n"})
    assert "doubt" not in line_of(text, "dialect:")


DATES = [
    ("day first", ["01/02/2026", "13/02/2026"], "%d/%m/%Y", "13/02/2026 in line 3: day first"),
    ("month first", ["01/02/2026", "02/13/2026"], "%m/%d/%Y", "02/13/2026 in line 3: month first"),
    ("two digits", ["02/13/26", "12/31/26"], "%m/%d/%y", "02/13/26 in line 2: month first"),
    ("points", ["13.02.2026", "01.12.2026"], "%d.%m.%Y", "13.02.2026 in line 2: day first"),
    ("year first", ["2026/02/13", "2026/03/01"], "%Y/%m/%d", "2026/02/13 in line 2"),
    ("names of months", ["13-Feb-2026", "01-Mar-2026"], "%d-%b-%Y", "13-Feb-2026 in line 2"),
    ("digits alone", ["20260213", "20260301"], "%Y%m%d", ""),
    ("the same either way", ["01/01/2026", "02/02/2026"], "%d/%m/%Y", "the same either way"),
    ("ISO", ["2026-02-13", "2026-03-01"], None, "ISO"),
]


@pytest.mark.parametrize(("values", "form", "evidence"), [case[1:] for case in DATES], ids=[case[0] for case in DATES])
def test_the_form_of_dates(draft: Draft, values: list[str], form: str | None, evidence: str) -> None:
    text = draft({"deals.csv": "Deal Id,Stage,Close Date\n" + "".join(f"{n},Open,{value}\n" for n, value in enumerate(values))})
    close_date = entry(text)["columns"]["close_date"]
    assert close_date == ({"from": "Close Date", "format": form} if form else "Close Date")
    line = line_of(text, "close_date:")
    assert evidence in line
    assert "doubt" not in line


def test_dates_that_nothing_decides_are_a_doubt(draft: Draft) -> None:
    text = draft({"deals.csv": "Deal Id,Stage,Close Date\n1,Open,01/02/2026\n2,Open,03/04/2026\n"})
    assert "no value tells day from month: 01/02/2026 in line 2" in line_of(text, "close_date:")


def test_dates_of_both_orders_are_a_doubt(draft: Draft) -> None:
    text = draft({"deals.csv": "Deal Id,Stage,Close Date\n1,Open,13/02/2026\n2,Open,02/14/2026\n3,Open,25/02/2026\n"})
    line = line_of(text, "close_date:")
    assert "doubt: 13/02/2026 in line 2, and 02/14/2026 in line 3: day first and month first" in line


def test_a_clock_of_twelve_hours_and_a_day_of_it(draft: Draft) -> None:
    rows = "1,Open,02/13/26 08:55 PM,02/13/26 08:55 PM\n2,Open,02/24/26 02:18 AM,02/24/26 02:18 AM\n"
    found = draft({"deals.csv": "Deal Id,Stage,Created Date,Close Date\n" + rows})
    columns = entry(found)["columns"]
    assert columns["created_at"] == {"from": "Created Date", "format": "%m/%d/%y %I:%M %p"}
    assert columns["close_date"] == {"from": "Close Date", "format": "%m/%d/%y %I:%M %p"}
    assert "doubt: the time of day is dropped" in line_of(found, "close_date:")


def test_a_file_without_a_header_is_read_by_position(draft: Draft) -> None:
    text = draft({"fx_rates.csv": "1|2026-01-31|USD|0.9213\n2|2026-01-31|GBP|1.1544\n3|2026-02-28|USD|0.9301\n"})
    found = entry(text)
    assert found["header"] == ["column_1", "column_2", "column_3", "column_4"]
    assert found["dialect"]["delimiter"] == "|"
    assert found["columns"] == {"currency": "column_3", "rate_date": "column_2", "rate": "column_4"}
    assert all("doubt: by its values alone" in line_of(text, f"{name}:") for name in found["columns"])


def test_keys_references_and_names(draft: Draft) -> None:
    text = draft(
        {
            "companies.csv": "Id,Company Name\nA1,Acme\nA2,Birch\n",
            "deals.csv": "Id,Account Id,Owner Id,Stage\nD1,A1,U1,Open\nD2,A2,U1,Open\nD3,A2,U2,Open\n",
            "people.csv": "Id,First Name,Last Name,Account Id\nC1,Ann,Ash,A1\nC2,Bo,Birk,A9\n",
        }
    )
    account, contact, opportunity = (entry(text, number) for number in range(3))
    assert account["columns"] == {"account_id": "Id", "account_name": "Company Name"}
    assert contact["columns"]["contact_name"] == {"join": ["First Name", "Last Name"], "separator": " "}
    assert opportunity["columns"] == {
        "opportunity_id": "Id",
        "account_id": "Account Id",
        "owner_id": "Owner Id",
        "stage": "Stage",
    }
    lines = [line for line in text.splitlines() if line.strip().startswith("account_id: Account Id")]
    assert "doubt: 1 of 2 different ones stand in no account file" in lines[0]
    assert "each stands in companies.csv" in lines[1]
    assert "# could be a key: Id" in text


def test_a_history_is_named_by_what_changed_and_when(draft: Draft) -> None:
    rows = "D1,Open,Won,2026-02-01\nD1,Won,Lost,2026-02-01\nD2,Open,Won,2026-02-03\n"
    text = draft({"deal_stage_history.csv": "Deal Id,Previous Stage,New Stage,Stage Entered Date\n" + rows})
    assert entry(text)["columns"] == {
        "history_id": {"join": ["Deal Id", "Stage Entered Date", "Previous Stage"], "separator": "|"},
        "opportunity_id": "Deal Id",
        "attribute": {"constant": "stage"},
        "old_value": "Previous Stage",
        "new_value": "New Stage",
        "has_old_value": {"constant": "true"},
        "changed_at": "Stage Entered Date",
    }


def test_a_required_column_that_is_sometimes_empty(draft: Draft) -> None:
    text = draft({"deals.csv": "Deal Id,Stage\n1,Open\n2,\n3,N/A\n"})
    assert entry(text)["columns"]["stage"] == {
        "from": "Stage",
        "nulls": ["N/A"],
        "cases": [{"when": {"Stage": ["", "N/A"]}, "constant": "unknown"}],
    }
    assert "doubt: empty in 2 of 3, though required" in line_of(text, "stage:")


def test_ids_that_a_spreadsheet_damaged_are_a_doubt(draft: Draft) -> None:
    text = draft({"deals.csv": "Deal Id,Stage\n5.80502800003085e+18,Open\n605e2246,Open\n"})
    assert "1 ids such as 5.8E+18, damaged by a spreadsheet" in line_of(text, "opportunity_id:")


def test_files_of_one_kind_share_an_entry_that_finds_the_next_ones(draft: Draft) -> None:
    week = "Deal Id,Stage\n1,Open\n2,Won\n"
    text = draft({"deals_20260307T223000Z.csv": week, "deals_20260314T223000Z.csv": week})
    content = YAML(typ="safe").load(text)
    assert [item["match"] for item in content["files"]] == ["deals_*.csv"]
    mapping = Mapping.model_validate(content)
    assert mapping.extraction.name == r"(?P<time>\d{8}T\d{6}Z)"
    assert mapping.extraction.format == "%Y%m%dT%H%M%SZ"
    assert mapping.extraction.fixed is None


def test_the_same_ids_in_two_files(draft: Draft) -> None:
    calls, mails = (
        "Id,Subject,Due Date\n1,a,2026-03-01\n2,b,2026-03-02\n",
        "Id,Subject,Start Time\n2,c,2026-03-02\n3,d,2026-03-03\n",
    )
    text = draft({"calls.csv": calls, "meetings.csv": mails})
    first, second = (line for line in text.splitlines() if line.strip().startswith("entity: activity"))
    assert "doubt" not in first
    assert "doubt: 1 of its ids are in calls.csv too: where the records differ, both go to quarantine" in second


def test_the_same_ids_in_a_later_export_are_no_doubt(draft: Draft) -> None:
    text = draft({"deals_20260307.csv": "Deal Id,Stage\n1,Open\n", "deals_20260314.csv": "Deal Id,Stage,Amount\n1,Won,5\n"})
    assert [line.strip() for line in text.splitlines() if "entity:" in line and "doubt" in line] == []


def test_a_history_that_names_its_attribute(draft: Draft) -> None:
    rows = "H1,D1,StageName,Open,Won,2026-02-01\nH2,D1,Amount,5,6,2026-02-01\n"
    text = draft({"opportunity_history.csv": "Id,Opportunity Id,Field,Old Value,New Value,Changed On\n" + rows})
    assert entry(text)["columns"]["attribute"] == "Field"
    assert "doubt: its texts must become stage, amount, owner" in line_of(text, "attribute:")


def test_what_a_named_file_lacks_is_said(draft: Draft) -> None:
    text = draft({"deals.csv": "Deal Id,Stage\n1,Open\n", "quotas.csv": "Kennung,Soll\nR1,5\n"})
    assert any(doubt.startswith("quotas.csv is not read: no column looks like quota.") for doubt in doubts(text))


def test_without_a_time_in_a_name_the_files_own_is_a_doubt(draft: Draft) -> None:
    text = draft({"deals.csv": "Deal Id,Stage\n1,Open\n"})
    assert "fixed: 2026-03-14T22:30:00Z" in text
    assert any(doubt.startswith("no name tells when its file was written") for doubt in doubts(text))


def test_awkward_names_of_columns_come_back_whole(draft: Draft) -> None:
    text = draft({"deals.csv": 'Deal Id,Stage,"a ""b"", [c]: #d",yes,,Same,Same\n1,Open,x,x,x,x,x\n2,Won,y,y,y,y,y\n'})
    # ignore has globs: a bracket stands for itself in brackets
    assert entry(text)["ignore"] == ['a "b", [[]c]: #d', "yes", "", "Same"]


def test_no_persons_data_is_in_a_draft(draft: Draft) -> None:
    people = "".join(f"{n},Nathalie Quux{n},nathalie{n}@quux.example,+49 30 555{n},Quuxweg {n}\n" for n in range(20))
    text = draft({"contacts.csv": "Contact Id,Full Name,Email,Phone,Street\n" + people})
    assert entry(text)["columns"] == {"contact_id": "Contact Id", "contact_name": "Full Name", "email": "Email"}
    assert not [word for word in ("nathalie", "quux", "555") if word in text.lower()]


def test_a_file_that_nothing_fits_is_named(draft: Draft) -> None:
    text = draft(
        {"deals.csv": "Deal Id,Stage\n1,Open\n", "tickets.csv": "Id,Queue\n1,a\n", "empty.csv": "", "logo.png": b"\x89PNG\0\0"}
    )
    said = doubts(text)
    for name in ("tickets.csv", "empty.csv", "logo.png"):
        assert any(doubt.startswith(f"{name} is not read: ") for doubt in said), name
    assert len(YAML(typ="safe").load(text)["files"]) == 1


def test_nothing_fits_at_all(draft: Draft) -> None:
    with pytest.raises(InputError, match="no canonical entity fits any of the files"):
        draft({"weather.csv": "Place,Rain\nBonn,3\n"})


def test_check_lists_doubts_until_they_are_settled_and_then_every_record_lands(home: Home, tmp_path: Path) -> None:
    config = tmp_path / "config"
    (config / "mappings").mkdir(parents=True)
    path = config / "mappings" / "acme.yml"
    folder = home.put("acme/deals.csv", GERMAN.encode("cp1252")).parent
    assert main(["map", str(folder), "--out", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    settings = settings_for(home, config)
    faults = check_mappings(settings)
    assert len(faults) == len(doubts(text)) > 0
    numbers = [number for number, line in enumerate(text.splitlines(), 1) if "# doubt: " in line]
    assert [fault.split(": ")[0] for fault in faults] == [f"{path}:{number}" for number in numbers]
    path.write_text("\n".join(line.split("# doubt: ")[0].rstrip() for line in text.splitlines()), encoding="utf-8")
    assert check_mappings(settings) == []
    counts = land(settings, "acme")
    assert (counts.read, counts.landed) == (3, 3)
    assert home.query("select opportunity_name, amount, close_date, probability, created_at from {opportunity} order by 1") == [
        ("Müller Größe", "1234.5", "2026-02-13", "0.4", "2026-02-01T09:30:00Z"),
        ("Straße", None, "2026-03-05", "0.1", "2026-02-03T08:00:00Z"),
        ("Ä & Ö", "900", "2026-03-28", "1", "2026-02-02T17:05:00Z"),
    ]


def test_what_is_there_is_not_overwritten(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    deals, out = home.put("acme/deals.csv", "Deal Id,Stage\n1,Open\n"), home.put("acme.yml", "mine")
    assert main(["map", str(deals), "--out", str(out)]) == 1
    assert "exists already" in capsys.readouterr().err
    assert out.read_text() == "mine"
    assert main(["map", str(home.landing / "nowhere.csv")]) == 1
    assert "there is no such file" in capsys.readouterr().err
    assert main(["map", str(deals), "--source", "other"]) == 0
    assert "source: other" in capsys.readouterr().out
