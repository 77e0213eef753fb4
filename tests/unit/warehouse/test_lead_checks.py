"""How leads find accounts: each planted fault of the tables is named with file, line and remedy."""

from dataclasses import replace
from pathlib import Path

import pytest

from salesops.settings import Settings
from salesops.warehouse.config_checks import check_seeds

RULES = "rule,priority,compares,account_source,opportunity_days\n"
FAULTS = [
    ("lead_match_rules", RULES + "mail,1,email,,90\n", 2, "use one of converted_record, contact_email"),
    ("lead_match_rules", RULES + "mail,first,contact_email,,90\n", 2, "not an integer"),
    ("lead_match_rules", RULES + "mail,0,contact_email,,90\n", 2, "priority is 0: 1 goes first"),
    ("lead_match_rules", RULES + "mail,1,contact_email,,-1\n", 2, "opportunity_days is -1"),
    ("lead_match_rules", RULES + "mail,1,contact_email,,x\n", 2, "opportunity_days is 'x'"),
    ("lead_match_rules", RULES + "mail,1,contact_email,,90\nmail,2,email_domain,,90\n", 3, "stands in line 2 already"),
    ("lead_match_rules", RULES + "a,1,contact_email,,90\nb,2,contact_email,,90\n", 3, "the same as line 2"),
    ("lead_match_rules", RULES + "a,1,,,90\n", 2, "compares is empty"),
    ("free_mail_domains", "domain\ngmail.com\nsomebody@web.de\n", 3, "is no domain: write what stands behind the @"),
    ("free_mail_domains", "domain\ngmail\n", 2, "is no domain"),
    ("company_legal_forms", "legal_form\ngmbh\nco. kg\n", 3, "write each word without points"),
]  # fmt: skip


def faults_with(folder: Path, name: str, text: str) -> tuple[Path, list[str]]:
    (folder / "seeds").mkdir()
    file = folder / "seeds" / f"{name}.csv"
    file.write_text(text, encoding="utf-8")
    return file, check_seeds(replace(Settings.from_env({}), config=folder))


@pytest.mark.parametrize(("name", "text", "line", "said"), FAULTS, ids=[said for *_, said in FAULTS])
def test_a_planted_fault_is_named_by_file_and_line(tmp_path: Path, name: str, text: str, line: int, said: str) -> None:
    file, faults = faults_with(tmp_path, name, text)
    assert [fault for fault in faults if fault.startswith(f"{file}:{line}: ") and said in fault], faults


def test_one_comparison_for_two_sources_is_no_fault(tmp_path: Path) -> None:
    rules = RULES + "ours,1,contact_email,crm,90\nany,2,contact_email,,\n"
    assert faults_with(tmp_path, "lead_match_rules", rules)[1] == []
