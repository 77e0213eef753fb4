from pathlib import Path

import pytest

from salesops.errors import ConfigurationError
from salesops.quality.suites import check_suites, load_suites, suite_files
from salesops.settings import PROJECT, Settings

GOOD = """\
name: core_deals
data_asset: {schema: core, table: deals}
meta: {remedy: Look at the mapping.}
expectations:
  - type: expect_column_values_to_not_be_null
    kwargs: {column: deal_id}
    meta: {reason: A deal has an id.}
  - type: unexpected_rows_expectation
    id: amount_is_positive
    severity: warning
    kwargs: {unexpected_rows_query: "select * from {batch} where amount < 0"}
    meta: {reason: Nothing is sold for less than nothing., remedy: Ask sales operations.}
"""
GATES = "- name: raw\n  schemas: [raw]\n- name: marts\n  schemas: [core]\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "expectations" / "suites").mkdir(parents=True)
    (tmp_path / "expectations" / "checkpoints.yml").write_text(GATES, encoding="utf-8")
    (tmp_path / "expectations" / "suites" / "core_deals.yml").write_text(GOOD, encoding="utf-8")
    return Settings.from_env({"SALESOPS_PROJECT": str(tmp_path)})


def plant(settings: Settings, old: str, new: str) -> Path:
    file = settings.expectations / "suites" / "core_deals.yml"
    assert GOOD.count(old) >= 1
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    return file


def test_a_suite_is_read_with_its_words(settings: Settings) -> None:
    (suite,) = load_suites(settings, "marts")
    assert (suite.name, suite.key) == ("core_deals", "core.deals")
    null, positive = suite.expectations
    assert (null.id, null.severity, null.reason, null.remedy) == (
        "expect_column_values_to_not_be_null(deal_id)",
        "critical",
        "A deal has an id.",
        "Look at the mapping.",
    )
    assert (positive.id, positive.severity, positive.remedy, positive.line) == (
        "amount_is_positive",
        "warning",
        "Ask sales operations.",
        8,
    )
    assert load_suites(settings, "raw") == []
    assert check_suites(settings) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("not_be_null\n", "not_be_nul\n", 5, "did you mean expect_column_values_to_not_be_null"),
        ("unexpected_rows_expectation", "nothing_like_it", 8, "unknown expectation type nothing_like_it"),
        ("expect_column_values_to_not_be_null", "expect_column_values_to_match_regex", 5, "cannot be evaluated inside DuckDB"),
        ("expect_column_values_to_not_be_null", "expect_column_distinct_values_to_be_in_set", 5, "reports values of the data"),
        ("    meta: {reason: A deal has an id.}\n", "", 5, "has no meta.reason"),
        ("meta: {remedy: Look at the mapping.}\n", "", 4, "has no meta.remedy"),
        ("{column: deal_id}", "{colum: deal_id}", 5, "takes no colum"),
        ("{column: deal_id}", "{}", 5, "needs column"),
        ("severity: warning", "severity: mild", 8, "severity mild is unknown"),
        ("{batch}", "core.deals", 8, "query without {batch}"),
        ("schema: core", "schema: crm", 2, "no gate audits schema crm"),
        ("table: deals", "tabel: deals", 1, "a suite needs `name` and `data_asset"),
        ("    kwargs: {column", "    args: {column", 5, "expectations have no field args"),
        ("name: core_deals", "nam: core_deals", 1, "no field nam"),
        ("{reason: A deal", "{reason: [A deal", 7, "mend the YAML"),
        ("    id: amount_is_positive\n", "    id: expect_column_values_to_not_be_null(deal_id)\n", 8, "stands here twice"),
        ("{column: deal_id}", "{column: deal_id, mostly: {$PARAMETER: rows_last_year}}", 5, "unknown parameter"),
    ],
)
def test_each_fault_is_named_with_file_line_and_remedy(settings: Settings, old: str, new: str, line: int, says: str) -> None:
    file = plant(settings, old, new)
    faults = check_suites(settings)
    assert any(fault.startswith(f"{file}:{line}: ") and says in fault for fault in faults), faults
    assert all("\n" not in fault for fault in faults)
    with pytest.raises(ConfigurationError):
        load_suites(settings)


def test_a_schema_that_two_gates_audit_is_a_fault(settings: Settings) -> None:
    (settings.expectations / "checkpoints.yml").write_text(GATES + "- name: more\n  schemas: [core]\n", encoding="utf-8")
    (fault,) = check_suites(settings)
    assert "checkpoints.yml:1: the gates are raw and marts" in fault


def test_a_company_replaces_and_adds_suites_file_by_file(settings: Settings, tmp_path: Path) -> None:
    own = tmp_path / "company" / "suites"
    own.mkdir(parents=True)
    (own / "core_deals.yml").write_text(GOOD.replace("amount < 0", "amount < 10"), encoding="utf-8")
    (own / "core_more.yml").write_text(GOOD.replace("name: core_deals", "name: core_more"), encoding="utf-8")
    both = Settings.from_env({"SALESOPS_PROJECT": str(tmp_path), "SALESOPS_CONFIG": str(tmp_path / "company")})
    assert [file.parent for file in suite_files(both)] == [own, own]
    assert [suite.name for suite in load_suites(both)] == ["core_deals", "core_more"]
    (own / "core_more.yml").write_text(GOOD, encoding="utf-8")
    (fault,) = check_suites(both)
    assert "core_more.yml:1: suite core_deals stands in" in fault


def test_the_shipped_suites_have_no_fault() -> None:
    shipped = Settings.from_env({"SALESOPS_PROJECT": str(PROJECT)})
    assert check_suites(shipped) == []
    assert len(load_suites(shipped, "raw")) >= 10
    assert len(load_suites(shipped, "marts")) >= 20
