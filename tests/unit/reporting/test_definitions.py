"""Definitions and recipients: what is wrong is told with file, line and remedy."""

import dataclasses
import shutil
from datetime import date
from pathlib import Path

import pytest
from report_build import RECIPIENTS, make_settings

from salesops.errors import ConfigurationError
from salesops.reporting.check import check_reports
from salesops.reporting.definitions import read_definition
from salesops.reporting.recipients import Person, Recipients, load_recipients, resolve
from salesops.settings import PROJECT, Settings

DEFINITION = """\
report: team_summary
title: Team
description: One line.
owner: Sales operations
audience: leadership
schedule: weekly
send: always
sections:
  deals: {model: rpt_executive_reps, shape: rows}
charts:
  deals:
    kind: bars
    section: deals
    label: rep_name
    value: attainment
    format: percent
"""


def write(folder: Path, text: str, name: str = "team_summary.yml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_sound_definition_is_read(tmp_path: Path) -> None:
    definition = read_definition(write(tmp_path, DEFINITION))
    assert (definition.report, definition.period_type, definition.corrected) == ("team_summary", "week", False)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("audience: leadership", "audience: everybody", 5, "audience"),
        ("send: always\n", "send: always\nsned: never\n", 8, "no field here"),
        ("schedule: weekly\n", "", 1, "schedule: missing"),
        ("    section: deals", "    section: deels", 13, "no section of rows"),
        ("    kind: bars", "    kind: pie", 12, "kind"),
        ("    kind: bars", "    kind: line_against_target", 12, "target"),
        ("send: always", "send: when_changed", 7, "empty_without"),
        ("model: rpt_executive_reps", "model: fct_close_events", 9, "model"),
        ("report: team_summary", "report: other", 1, "call the file other.yml"),
        ("send: always", "send: [always", 0, "mend the YAML"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    file = write(tmp_path, DEFINITION.replace(old, new, 1))
    with pytest.raises(ConfigurationError) as caught:
        read_definition(file)
    message = str(caught.value)
    assert words in message
    assert "\n" not in message
    if line:
        assert message.startswith(f"{file}:{line}: ")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("boss@example.com", "boss@elsewhere.example", 4, "outside allowed_domains"),
        ("boss@example.com", "boss at example.com", 4, "not one mail address"),
        ("boss@example.com", '"boss@example.com\\nBcc: x@example.com"', 4, "not one mail address"),
        ("[leadership]", "[bosses]", 5, "audiences"),
        ("data@example.com", "boss@example.com", 6, "stands here twice"),
        ("allowed_domains: [example.com]", "allowed_domains: []", 2, "allowed_domains"),
        ("  - address: boss@example.com", "  - name: boss", 4, "no field here"),
    ],
)
def test_a_fault_of_a_recipient_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    settings = make_settings(tmp_path, RECIPIENTS.replace(old, new, 1))
    with pytest.raises(ConfigurationError) as caught:
        load_recipients(settings)
    assert str(caught.value).startswith(f"{tmp_path / 'config' / 'recipients.yml'}:{line}: ")
    assert words in str(caught.value)


PEOPLE = [
    Person("crm:1", "Ada", "ada@example.com", True, None),
    Person("crm:2", "Bo", "bo@example.com", True, date(2026, 3, 1)),
    Person("crm:3", "Cy", "cy@elsewhere.example", True, None),
    Person("crm:4", "Di", None, True, None),
    Person("crm:5", "Ed", "ed@example.com", False, None),
]


def test_who_left_or_is_outside_gets_nothing() -> None:
    entries = [{"rep": f"crm:{number}", "audiences": ["leadership"]} for number in range(1, 7)]
    entries += [
        {"address": "BO@example.com", "audiences": ["leadership"]},
        {"address": "new@example.com", "audiences": ["leadership"]},
    ]
    recipients = Recipients.model_validate({"allowed_domains": ["example.com"], "recipients": entries})
    found = resolve(recipients, "leadership", PEOPLE, date(2026, 3, 14))
    assert [recipient.address for recipient in found.recipients] == ["ada@example.com", "new@example.com"]
    assert [line.split(": ")[0] for line in found.left_out] == ["crm:2", "crm:3", "crm:4", "crm:5", "crm:6", "BO@example.com"]
    before = resolve(recipients, "leadership", PEOPLE, date(2026, 2, 28))
    assert "bo@example.com" in [recipient.address for recipient in before.recipients]


def test_an_audience_gets_only_its_own_reports() -> None:
    recipients = Recipients.model_validate(
        {"allowed_domains": ["example.com"], "recipients": [{"rep": "crm:1", "audiences": ["data_engineers"]}]}
    )
    assert resolve(recipients, "leadership", PEOPLE, date(2026, 3, 14)).recipients == ()


def test_the_shipped_declarations_have_no_fault() -> None:
    assert check_reports(Settings.from_env({})) == []


@pytest.fixture
def project(tmp_path: Path) -> Settings:
    """A copy of the shipped reports to break."""
    shutil.copytree(PROJECT / "reports", tmp_path / "reports", ignore=shutil.ignore_patterns("fonts"))
    models = tmp_path / "dbt_project" / "models" / "reports"
    models.mkdir(parents=True)
    for file in (PROJECT / "dbt_project" / "models" / "reports").glob("*.sql"):
        (models / file.name).touch()
    return dataclasses.replace(Settings.from_env({}), project=tmp_path)


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "words"),
    [
        ("definitions/data_quality.yml", "rpt_quality_loads", "rpt_quality_lodes", 10, "model rpt_quality_lodes does not exist"),
        ("templates/executive_summary.words.j2", "block alt_pipeline_by_stage", "block alt_pipeline", None, "who cannot see it"),
        (
            "templates/run_alert.txt.j2",
            "{{ words.preheader }}",
            "Nothing was sent",
            2,
            "'Nothing was sent' is said without gettext",
        ),
        ("templates/executive_summary.html.j2", "{% endcall %}", "", None, "mend the template"),
        ("templates/run_alert.txt.j2", "What failed, and what to do", "What went wrong", None, "salesops messages"),
        ("locales/en/LC_MESSAGES/salesops.po", 'msgid "Freshness"', 'msgid "Old age"', 1, "lacks 'Freshness'"),
        ("recipients.yml", "audiences: [operators]", "audiences: [leadership]", 1, "nobody is in the audience operators"),
        ("recipients.yml", "locale: en\n", "locale: xx\n", 18, "locale xx"),
    ],
)
def test_check_names_file_line_and_remedy(project: Settings, file: str, old: str, new: str, line: int | None, words: str) -> None:
    assert check_reports(project) == []
    path = project.reports / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    faults = check_reports(project)
    told = [fault for fault in faults if words in fault]
    assert told, faults
    assert f"{path.parent.parent.name}" in told[0]
    if line is not None:
        assert told[0].startswith(f"{path}:{line}: ")


def test_a_missing_template_is_a_fault(project: Settings) -> None:
    (project.reports / "templates" / "data_quality.txt.j2").unlink()
    assert any("data_quality.txt.j2 does not exist" in fault for fault in check_reports(project))


def test_an_untranslated_message_fails_for_any_other_language(project: Settings) -> None:
    shutil.copytree(project.reports / "locales" / "en", project.reports / "locales" / "de")
    faults = check_reports(project)
    assert any("de/LC_MESSAGES/salesops.po" in fault and "'Freshness' is not translated" in fault for fault in faults)
