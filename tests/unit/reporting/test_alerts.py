"""The operators' mail: check, table, count and remedy, once a run, and no secret in it."""

import dataclasses
import email
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from report_build import make_build, make_settings

from salesops.ingest.overdue import OverdueExport
from salesops.reporting.alerts import FailedStep, Failure, alert, alert_of_overdue_exports
from salesops.reporting.secrets import without_secrets
from salesops.settings import Settings, SmtpSettings

MESSAGE = "1 check failed: amounts_are_positive on core.fct_opportunities (amount): 3 of 6151 rows; mend the mapping"
FAILURE = Failure(
    "sales_marts", "scheduled__2026-03-14", (FailedStep("audit", MESSAGE), FailedStep("publish", "<b>disk & full</b>"))
)


def sent(settings: Settings) -> list[EmailMessage]:
    found = []
    for file in sorted(settings.outbox.rglob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=SMTP)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found


def test_operators_get_one_mail_a_failed_run(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    assert alert(settings, FAILURE).sent == 1
    assert alert(settings, FAILURE).sent == 0
    changed = dataclasses.replace(FAILURE, steps=FAILURE.steps[:1])
    assert alert(settings, changed).sent == 0
    (message,) = sent(settings)
    assert message["To"] == "ops@example.com"
    assert message["Subject"] == "sales_marts failed: audit and 1 more"
    text, page = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert page is not None
    for words in (
        "amounts_are_positive",
        "core.fct_opportunities",
        "3 of 6151 rows",
        "mend the mapping",
        "scheduled__2026-03-14",
    ):
        assert words in text.get_content()
        assert words in page.get_content()
    assert "&lt;b&gt;disk &amp; full&lt;/b&gt;" in page.get_content()
    assert alert(settings, dataclasses.replace(FAILURE, run_id="another")).sent == 1


def test_operators_get_one_mail_an_overdue_export(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    late = OverdueExport("billing", datetime(2026, 3, 6, 22, tzinfo=UTC), datetime(2026, 3, 13, 22, tzinfo=UTC))
    assert alert_of_overdue_exports(settings, [late]).sent == 1
    assert alert_of_overdue_exports(settings, [late]).sent == 0
    (message,) = sent(settings)
    assert (message["To"], message["Subject"]) == ("ops@example.com", "billing: an export is overdue")
    # 22:00 UTC in Berlin
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        said = part.get_content()
        assert [word for word in ("Mar 6", "Mar 13", "11:00", "correct cadence") if word not in said] == []
    # the next export came, and the one after it did not
    later = dataclasses.replace(late, latest_extracted_at=late.due_at)
    assert alert_of_overdue_exports(settings, [late, later]).sent == 1


def test_an_alert_needs_no_build_and_no_readable_one(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    build = make_build(settings.home)
    build.work.write_bytes(b"damaged")
    assert alert(settings, FAILURE).sent == 1


def test_an_operator_who_left_gets_nothing(tmp_path: Path) -> None:
    recipients = "allowed_domains: [example.com]\nrecipients:\n"
    recipients += (
        "  - {address: gone@example.com, audiences: [operators]}\n  - {address: ops@example.com, audiences: [operators]}\n"
    )
    settings = make_settings(tmp_path, recipients)
    make_build(settings.home)
    alert(settings, FAILURE)
    assert [message["To"] for message in sent(settings)] == ["ops@example.com"]


def test_no_password_leaves_in_a_mail(tmp_path: Path) -> None:
    secrets = {"smtp": "s3cr3t/pass", "postgres": "p@ss:w0rd"}
    settings = dataclasses.replace(
        make_settings(tmp_path),
        smtp=SmtpSettings("127.0.0.1", 1, "user", secrets["smtp"], "none"),
        postgres_dsn="postgresql://me:p%40ss%3Aw0rd@db.example.com/marts",
    )
    told = (
        "login with s3cr3t/pass and s3cr3t%2Fpass failed; postgresql://me:p%40ss%3Aw0rd@db.example.com/marts; "
        "p@ss:w0rd; password='other one' PASSWORD=third"
    )
    clean = without_secrets(settings, told)
    for secret in (*secrets.values(), "p%40ss%3Aw0rd", "s3cr3t%2Fpass", "other one", "third"):
        assert secret not in clean
    assert "failed" in clean
    alert(dataclasses.replace(settings, smtp=None), Failure("job", "run", (FailedStep("publish", told),)))
    (message,) = sent(settings)
    assert "p@ss:w0rd" not in message.as_string()
    assert "p%40ss" not in message.as_string()
