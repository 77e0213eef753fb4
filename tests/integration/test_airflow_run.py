"""The whole job through a real scheduler: once, again, with a day more, with failures, with a run cut off."""

import email
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import psutil
import psycopg
import pytest
from companies import DEMO, POSTGRES_PASSWORD, SMTP_PASSWORD, Company, MailServer, Ran, mail_text, row_hashes

from salesops.orchestration.airflow_api import AirflowApi

pytestmark = pytest.mark.airflow


def _last_run(api: AirflowApi, dag_id: str) -> tuple[str, str, dict[str, str]]:
    """The newest run of a DAG: its type, its state, and task → state."""
    (run,) = api.get(f"dags/{dag_id}/dagRuns", order_by="-run_after", limit=1)["dag_runs"]
    found = api.get(f"dags/{dag_id}/dagRuns/{run['dag_run_id'].replace('+', '%2B')}/taskInstances", limit=500)["task_instances"]
    return run["run_type"], run["state"], {task["task_id"]: task["state"] for task in found}


def _reports(company: Company) -> list[dict[str, Any]]:
    return [mail for mail in company.mails() if not mail["report"].endswith("_alert")]


def test_the_whole_job_runs_chained_by_assets(first_run: Ran, company: Company, airflow_api: AirflowApi) -> None:
    assert first_run.status == 0, first_run.said
    kinds = {}
    for dag_id in ("crm_ingest", "sales_marts", "sales_reports"):
        kinds[dag_id], state, tasks = _last_run(airflow_api, dag_id)
        assert state == "success"
        assert set(tasks.values()) == {"success"}, tasks
    assert kinds == {"crm_ingest": "manual", "sales_marts": "asset_triggered", "sales_reports": "asset_triggered"}


def test_it_says_where_everything_lies(first_run: Ran, company: Company) -> None:
    for path in (company.home / "warehouse" / "marts.duckdb", company.home / "outbox", company.home / "reports"):
        assert str(path) in first_run.said
        assert path.exists()
    assert re.search(r"Airflow answers at http://127\.0\.0\.1:\d+", first_run.said)
    assert re.search(r"^done in \d+ s$", first_run.said, re.MULTILINE)


def test_marts_and_mails_are_there(first_run: Ran, company: Company, smtp: MailServer, postgres: str) -> None:
    asked = "select count(*), sum(booked_amount_plan), min(build_id) from core.fct_close_events, core.build"
    with closing(duckdb.connect(str(company.home / "warehouse" / "marts.duckdb"), read_only=True)) as connection:
        (figures,) = connection.execute(asked).fetchall()
    assert figures[0] >= 200
    assert figures[2] == company.published
    with psycopg.connect(postgres) as server:
        assert server.execute(asked).fetchall() == [figures]
    mails = _reports(company)
    assert "executive_summary" in {mail["report"] for mail in mails}
    assert {mail["state"] for mail in mails} == {"sent"}
    assert sorted(address for address, _ in smtp.took) == sorted(mail["recipient"] for mail in mails)


def test_a_second_run_changes_no_mart_and_sends_nothing(
    first_run: Ran, company: Company, airflow_api: AirflowApi, smtp: MailServer
) -> None:
    before = (row_hashes(company.home / "warehouse" / "marts.duckdb"), company.mails(), company.published)
    sent = len(smtp.took)
    again = company.salesops("run")
    assert again.status == 0, again.said
    assert len(smtp.took) == sent
    assert (row_hashes(company.home / "warehouse" / "marts.duckdb"), company.mails(), company.published) == before
    _, state, tasks = _last_run(airflow_api, "sales_marts")
    assert state == "success"
    assert tasks["plan"] == "skipped"
    assert tasks["dbt.build"] == "skipped"


def test_a_model_and_a_dbt_test_that_fail_show_as_exactly_that(first_run: Ran, company: Company, airflow_api: AirflowApi) -> None:
    published, reports = company.published, _reports(company)
    model = company.project / "dbt_project" / "models" / "marts" / "funnel" / "pipeline_daily.sql"
    test = company.project / "dbt_project" / "tests" / "planted_statement_fault.sql"
    whole = model.read_text(encoding="utf-8")
    try:
        model.write_text(f"{whole}\nwhere no_such_column = 1\n", encoding="utf-8")
        test.parent.mkdir(exist_ok=True)
        test.write_text("select payee_id from {{ ref('compensation_statements') }}\n", encoding="utf-8")
        ran = company.salesops("run")
    finally:
        model.write_text(whole, encoding="utf-8")
        test.unlink()
    assert ran.status == 1, ran.said
    _, state, tasks = _last_run(airflow_api, "sales_marts")
    assert state == "failed"
    assert {name for name, ended in tasks.items() if ended == "failed"} == {
        "dbt.funnel.pipeline_daily",
        "dbt.compensation.compensation_statements",
    }
    assert tasks["audit_marts"] == tasks["publish"] == "upstream_failed"
    assert tasks["dbt.core.fct_opportunities"] == "success"
    assert "model pipeline_daily could not be built" in ran.said
    _assert_only_the_operators_were_told(company, published, reports, ["pipeline_daily", "planted_statement_fault", "rows"])


def test_an_expectation_that_fails_shows_as_exactly_that(first_run: Ran, company: Company, airflow_api: AirflowApi) -> None:
    published, reports = company.published, _reports(company)
    suite = company.project / "expectations" / "suites" / "core_dim_rep.yml"
    whole = suite.read_text(encoding="utf-8")
    try:
        suite.write_text(
            f"{whole.rstrip()}\n"
            "  - type: unexpected_rows_expectation\n"
            "    id: planted_nobody\n"
            "    kwargs:\n"
            "      unexpected_rows_query: select * from {batch} where rep_name is not null\n"
            "    meta:\n"
            "      reason: There should be nobody.\n"
            "      remedy: Dismiss everybody.\n",
            encoding="utf-8",
        )
        ran = company.salesops("run")
    finally:
        suite.write_text(whole, encoding="utf-8")
    assert ran.status == 1, ran.said
    _, state, tasks = _last_run(airflow_api, "sales_marts")
    assert state == "failed"
    assert {name for name, ended in tasks.items() if ended == "failed"} == {"audit_marts"}
    assert tasks["publish"] == "upstream_failed"
    _assert_only_the_operators_were_told(company, published, reports, ["planted_nobody", "core.dim_rep", "Dismiss everybody"])


def _assert_only_the_operators_were_told(
    company: Company, published: str, reports: list[dict[str, Any]], words: list[str]
) -> None:
    """Readers keep what they had; one new mail, to the operators, with these words and nobody's data."""
    assert company.published == published
    assert _reports(company) == reports
    alerts = [mail for mail in company.mails() if mail["report"] == "run_alert"]
    newest = alerts[-1]["created_at"]
    told = [mail for mail in alerts if mail["created_at"][:19] == newest[:19]]
    assert {mail["recipient"] for mail in told} == {"sales-operations@northwind-demo.example"}
    text = mail_text(told[-1])
    assert [word for word in words if word not in text] == []
    with closing(duckdb.connect(str(company.home / "warehouse" / "marts.duckdb"), read_only=True)) as connection:
        names = [
            row[0]
            for row in connection.execute(
                "select account_name from core.dim_account union select rep_name from core.dim_rep"
            ).fetchall()
        ]
    assert [name for name in names if name and name in text] == []


def test_a_past_day_gives_its_figures_twice_and_reaches_nobody(first_run: Ran, company: Company) -> None:
    before = (company.published, company.mails())
    found = []
    for _ in range(2):
        ran = company.salesops("run", "--as-of", "2026-02-15")
        assert ran.status == 0, ran.said
        where = re.search(r"^build\s+(\S+)$", ran.said, re.MULTILINE)
        assert where is not None, ran.said
        build = Path(where[1])
        with closing(duckdb.connect(str(build / "work.duckdb"), read_only=True)) as connection:
            assert str(connection.execute("select as_of_date from core.build").fetchall()[0][0]) == "2026-02-15"
        assert list((build / "reports").rglob("*.html"))
        found.append(row_hashes(build / "work.duckdb"))
        shutil.rmtree(build)
    assert found[0] == found[1]
    assert (company.published, company.mails()) == before


def test_one_day_more_lands_alone_and_brings_the_new_weeks_mail(first_run: Ran, company: Company) -> None:
    loads = {path.parent.name for path in (company.home / "raw").glob("*/*/load.json")}
    before, known = _reports(company), _figures(company.home / "warehouse" / "marts.duckdb")
    moment = datetime.now(UTC).isoformat()
    demo = company.salesops("demo", *DEMO, "--days", "1")
    assert demo.status == 0, demo.said
    ran = company.salesops("run")
    assert ran.status == 0, ran.said
    fresh = {path.parent.name for path in (company.home / "raw").glob("*/*/load.json")} - loads
    assert fresh
    assert all(name.startswith("20260315T") for name in fresh), fresh
    after = _reports(company)
    assert after[: len(before)] == before
    new = [mail for mail in after[len(before) :] if mail["report"] == "executive_summary"]
    assert new
    assert {mail["period"] for mail in new}.isdisjoint(mail["period"] for mail in before)
    assert {mail["state"] for mail in new} == {"sent"}

    assert _figures(company.home / "warehouse" / "marts.duckdb") != known
    as_known = company.salesops("run", "--as-of", "2026-03-14", "--known-at", moment)
    assert as_known.status == 0, as_known.said
    where = re.search(r"^build\s+(\S+)$", as_known.said, re.MULTILINE)
    assert where is not None, as_known.said
    assert _figures(Path(where[1]) / "work.duckdb") == known


def _figures(database: Path) -> dict[str, str]:
    """Hashes of the open marts, without the row that says which build they are."""
    families = ("core.", "stage.", "funnel.", "territory.")
    return {name: rows for name, rows in row_hashes(database).items() if name.startswith(families) and name != "core.build"}


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_run_killed_during_dbt_leaves_no_process_and_the_next_one_completes(
    first_run: Ran, company: Company, smtp: MailServer, tmp_path: Path
) -> None:
    other = company.other_home(tmp_path / "home")
    sent = len(smtp.took)
    shutil.copytree(company.home / "raw", other.home / "raw")
    shutil.copytree(company.home / "landing", other.home / "landing")
    run = subprocess.Popen(
        [sys.executable, "-m", "salesops.cli", "run"], env=other.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 240
    while not any("dbt.cli.main" in words for words in _processes_of(other.home).values()):
        assert run.poll() is None, "the run ended before dbt began"
        assert time.monotonic() < deadline
        time.sleep(0.2)
    time.sleep(2)
    run.send_signal(signal.SIGKILL)
    run.wait()
    while _processes_of(other.home):
        assert time.monotonic() < deadline, _processes_of(other.home)
        time.sleep(0.2)
    assert not (other.home / "warehouse" / "current").exists()

    again = other.salesops("run")
    assert again.status == 0, again.said
    assert _processes_of(other.home) == {}
    assert {mail["state"] for mail in _reports(other)} == {"sent"}
    took = [(address, email.message_from_bytes(content)["Message-ID"]) for address, content in smtp.took[sent:]]
    assert len(set(took)) == len(took) == len(_reports(other))
    undisturbed = company.home / "warehouse" / "builds" / other.published
    assert undisturbed.is_dir(), "the same inputs give the same build"
    assert row_hashes(other.home / "warehouse" / "marts.duckdb") == row_hashes(undisturbed / "marts.duckdb")


def test_passwords_stand_in_no_file_and_no_message(first_run: Ran, company: Company) -> None:
    """Neither when servers take them, as all this module's runs had it, nor when they can't be reached."""
    unreachable = {
        "SALESOPS_POSTGRES_DSN": f"postgresql://salesops:{quote(POSTGRES_PASSWORD, safe='')}@127.0.0.1:1/sales",
        "SALESOPS_SMTP_PORT": "1",
    }
    failing = Company(company.home, company.project, company.env | unreachable)
    said = [first_run.said]
    for words in (["rollback"], ["publish"], ["report"], ["deliver"], ["status"], ["check"]):
        said.append(failing.salesops(*words).said)
    assert "cannot connect to PostgreSQL" in "".join(said)
    secrets = [text.encode() for password in (POSTGRES_PASSWORD, SMTP_PASSWORD) for text in (password, quote(password, safe=""))]
    files = [file for folder in (company.home, company.project) for file in folder.rglob("*") if file.is_file()]
    assert any("logs" in file.parts for file in files)
    found = [file for file in files if any(secret in file.read_bytes() for secret in secrets)]
    assert found == []
    assert [secret for secret in secrets if secret.decode() in "".join(said)] == []


def _processes_of(home: Path) -> dict[int, list[str]]:
    """Processes that were started for a home, but not by the tests themselves: pid → command line."""
    found = {}
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get("SALESOPS_HOME") == str(home):
                found[process.pid] = process.cmdline()
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found
