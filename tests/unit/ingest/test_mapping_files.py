"""Mapping files: a fault names file, line and remedy in one line."""

from pathlib import Path

import pytest
from ingest_home import Home, settings_for

from salesops.ingest.check import check_mappings
from salesops.ingest.mapping_files import SHIPPED, MappingFault, load_mapping, load_mappings

GOOD = """\
source: crm
files:
  - match: "teams*.csv"
    entity: team
    columns:
      team_id: Id
      team_name: Name
"""


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yml")), ids=lambda path: path.name)
def test_shipped_mappings_are_good(path: Path) -> None:
    assert load_mapping(path).source == path.stem


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("    entity: team\n", "    entity: teem\n", 4, "teem is no entity: use one of account"),
        ("      team_name: Name\n", "      team_nam: Name\n", 7, "team has no column team_nam: it has team_id"),
        ("      team_id: Id\n", "", 5, "team needs the column team_id: map it"),
        ("    entity: team\n", "    entity: team\n    unmaped: keep\n", 5, "unmaped: is no word of a mapping"),
        ("    entity: team\n", "    entity: team\n    unmapped: drop\n", 5, "unmapped"),
        ("    entity: team\n", "    entity: team\n    dialect: {encoding: ebcdic}\n", 5, "encoding ebcdic is not supported"),
        ("    entity: team\n", "    entity: team\n    timezone: Berlin\n", 5, "Berlin is no time zone: use an IANA name"),
        ("      team_name: Name\n", "      team_name: {from: Name, constant: x}\n", 7, "a constant is not read from anywhere"),
        ("source: crm\n", "source: CRM 1\n", 1, "source"),
        ("source: crm\n", "source: crm\ncadence: often\n", 2, "give a span such as 1 day"),
        ("source: crm\n", "source: crm\nextraction: {name: '('}\n", 2, "no regular expression"),
        ("source: crm\n", "", 1, "source: is missing; add it"),
        ("    columns:\n", "    columns\n", 6, "mend the YAML"),
    ],
)
def test_a_fault_names_its_line(tmp_path: Path, before: str, after: str, line: int, words: str) -> None:
    path = tmp_path / "crm.yml"
    assert before in GOOD
    path.write_text(GOOD.replace(before, after))
    with pytest.raises(MappingFault) as error:
        load_mapping(path)
    fault = error.value.faults[0]
    assert fault.startswith(f"{path}:{line}: "), fault
    assert words in fault
    assert "\n" not in fault


def test_the_company_replaces_a_shipped_mapping_and_adds_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "mappings"
    folder.mkdir()
    (folder / "crm.yml").write_text(GOOD)
    (folder / "feeds.yml").write_text(GOOD.replace("source: crm", "source: feeds"))
    mappings = load_mappings(tmp_path)
    assert sorted(mappings) == ["crm", "dynamics", "feeds", "hubspot", "pipedrive", "salesforce", "zoho"]
    assert mappings["feeds"].files[0].entity == "team"


def test_check_finds_every_fault_of_every_mapping(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "mappings"
    folder.mkdir(parents=True)
    (folder / "a.yml").write_text(GOOD.replace("entity: team", "entity: teem") + "more: 1\n")
    (folder / "b.yml").write_text(GOOD)
    (folder / "c.yml").write_text(GOOD)
    faults = check_mappings(settings_for(home, tmp_path / "config"))
    assert len(faults) == 3
    assert f"{folder / 'a.yml'}:4: " in faults[0] + faults[1]
    assert f"{folder / 'a.yml'}:8: more: is no word of a mapping" in faults[0] + faults[1]
    assert faults[2].startswith(f"{folder / 'c.yml'}:1: source crm has a mapping in {folder / 'b.yml'} too")


def test_check_is_silent_over_the_shipped_ones(home: Home) -> None:
    assert check_mappings(settings_for(home)) == []


def test_the_fingerprint_follows_meaning_not_words(tmp_path: Path) -> None:
    path = tmp_path / "crm.yml"
    path.write_text(GOOD)
    plain = load_mapping(path).fingerprint()
    path.write_text("# a comment\n" + GOOD.replace("team_id: Id", "team_id: {from: Id}"))
    assert load_mapping(path).fingerprint() == plain
    path.write_text(GOOD.replace("team_name: Name", "team_name: Label"))
    assert load_mapping(path).fingerprint() != plain
