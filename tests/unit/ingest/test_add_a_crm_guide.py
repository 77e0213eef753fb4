"""The guide "Add a CRM", followed word by word as far as raw: its files, its commands, its answers."""

import re
from pathlib import Path

import pytest
from ingest_home import Home

from salesops.cli import main

GUIDE = (Path(__file__).parents[3] / "docs" / "add-a-crm.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"`landing/(acmecrm/[^`]+)`\n\n```csv\n(.*?)```", GUIDE, re.DOTALL))
ANSWERS = re.findall(r"    \.venv/bin/salesops ([^\n]+)\n(?:\n```text\n(.*?)```)", GUIDE, re.DOTALL)


def answer(command: str, number: int = 0) -> str:
    return [text for line, text in ANSWERS if line.startswith(command)][number]


def test_the_guide_up_to_raw(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "acme"
    (config / "mappings").mkdir(parents=True)
    monkeypatch.setenv("SALESOPS_CONFIG", str(config))
    monkeypatch.setenv("SALESOPS_HOME", str(tmp_path))
    monkeypatch.setenv("SALESOPS_LANDING", str(home.landing))
    assert len(FILES) == 4
    for name, content in FILES.items():
        home.put(name, content)
    mapping = config / "mappings" / "acmecrm.yml"

    def said() -> str:
        printed = capsys.readouterr()
        return (printed.out + printed.err).replace(str(config), "~/acme")

    assert main(["map", str(home.landing / "acmecrm"), "--out", str(mapping)]) == 0
    assert said() == answer("map")
    text = mapping.read_text(encoding="utf-8")
    assert re.findall(r"```yaml\n(  # deals.*?)```", GUIDE, re.DOTALL)[0] in text

    assert main(["check"]) == 2
    assert said() == answer("check")
    mapping.write_text(re.sub(r" *# doubt: .*", "", text), encoding="utf-8")
    assert main(["check"]) == 0
    assert said() == answer("check", 1)

    assert main(["ingest"]) == 0
    assert said() == answer("ingest")
    assert main(["quarantine", "show", "acmecrm"]) == 0
    assert said() == answer("quarantine show")

    (mended,) = re.findall(r"```yaml\n(      amount: .*?\n)```", GUIDE)
    lines = mapping.read_text(encoding="utf-8").splitlines(keepends=True)
    mapping.write_text("".join(mended if "amount: " in line else line for line in lines), encoding="utf-8")
    again = Home.__new__(Home)
    again.landing, again.raw = home.landing, tmp_path / "second" / "raw"
    monkeypatch.setenv("SALESOPS_HOME", str(tmp_path / "second"))
    assert main(["ingest"]) == 0
    assert said() == answer("ingest", 1)
    stages = again.query("select stage from {opportunity} union select unnest([old_value, new_value]) from {opportunity_history}")
    assert sorted(stage for (stage,) in stages) == re.findall(r"`(\w+)`", GUIDE.split("order by 1''').show()\"\n\n")[1])[:4]
