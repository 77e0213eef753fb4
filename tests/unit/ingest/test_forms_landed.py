"""Number and date forms from the table in fixtures/ingest/forms.yml, each landed through a mapping of its own."""

from pathlib import Path
from typing import Any

import pytest
from ingest_home import FIXTURES, Home
from ruamel.yaml import YAML

from salesops.ingest.load import land_folder
from salesops.ingest.mapping import Mapping

CASES: list[dict[str, Any]] = YAML(typ="safe").load((FIXTURES / "ingest" / "forms.yml").read_text(encoding="utf-8"))


def entry(number: int, case: dict[str, Any]) -> dict[str, Any]:
    is_id = case["type"] == "id"
    column = {"from": "Text"} if is_id else {"from": "Text", "type": case["type"], **case["form"]}
    columns = {"team_id": "Id", "parent_id" if is_id else "team_name": column}
    return {"match": f"case{number}.csv", "entity": "team", "columns": columns, "dialect": {"delimiter": "\t"}}


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[str, str]]:
    """What became of each case: its value, or why there is none."""
    home = Home(tmp_path_factory.mktemp("forms"))
    for number, case in enumerate(CASES):
        home.put(f"case{number}.csv", f"Id\tText\n{number}\t{case['text']}\n")
    files = [entry(number, case) for number, case in enumerate(CASES)]
    extraction = {"fixed": "2026-03-01T00:00:00Z"}
    land_folder(Mapping.model_validate({"source": "crm", "extraction": extraction, "files": files}), home.landing, home.raw)
    values = home.query("select _key, coalesce(team_name, parent_id) from {team}")
    reasons = home.query("select _key, reason from {quarantine}")
    return {int(key): (what, text) for what, rows in (("value", values), ("reason", reasons)) for key, text in rows}


def test_the_table_is_whole() -> None:
    assert len(CASES) >= 80
    assert [case for case in CASES if ("value" in case) == ("reason" in case)] == []


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda number: f"{number}-{CASES[number]['text']}")
def test_the_form_gives_its_value_or_a_reason(landed: dict[int, tuple[str, str]], number: int) -> None:
    case = CASES[number]
    expected = ("value", case["value"]) if "value" in case else ("reason", case["reason"])
    assert landed[number] == expected


@pytest.mark.parametrize(
    ("format_", "words"),
    [
        ("%d %B %Y", "%B is not read in another calendar"),
        ("%d/%m/%y", "%y is not read in another calendar"),
        ("%d/%Y", "needs %Y, %m and %d, each once"),
    ],
)
def test_a_form_that_another_calendar_cannot_have_is_a_fault_of_the_mapping(tmp_path: Path, format_: str, words: str) -> None:
    column = {"from": "Day", "calendar": "jalali", "format": format_}
    with pytest.raises(ValueError, match=words):
        Mapping.model_validate(
            {"source": "crm", "files": [{"match": "*", "entity": "team", "columns": {"team_id": "Id", "modified_at": column}}]}
        )
