"""Rendering: what a mail says and hides, when it is due, when it is the same as before."""

import dataclasses
import email
import email.policy
import json
import re
import stat
from datetime import date, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from report_build import ARABIC, RECIPIENTS, make_build, make_settings, tables

from salesops.errors import ConfigurationError
from salesops.reporting.mail import Content, Picture, Sender, compose, one_line, parse_sender, thread_of
from salesops.reporting.outbox import Mail, Outbox
from salesops.reporting.render import Rendered, render_reports
from salesops.settings import Settings


def outcomes(done: list[Rendered]) -> dict[str, str]:
    return {rendered.report: rendered.outcome for rendered in done}


def mails(settings: Settings, report: str = "executive_summary") -> list[Mail]:
    with Outbox(settings.outbox) as outbox:
        return outbox.find("report = ?", (report,))


def message_of(mail: Mail) -> EmailMessage:
    found = email.message_from_bytes(mail.message, policy=email.policy.SMTP)
    assert isinstance(found, EmailMessage)
    return found


def test_the_mail_holds_text_html_and_pictures(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    assert outcomes(render_reports(settings, make_build(settings.home))) == {
        "data_quality": "queued",
        "executive_summary": "queued",
    }
    (mail,) = mails(settings)
    message = message_of(mail)
    assert message.get_content_type() == "multipart/alternative"
    text, page = message.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert page.get_content_type() == "multipart/related"
    html, *pictures = page.iter_parts()
    said, shown = text.get_content(), html.get_content()
    assert len(pictures) == 3
    for picture in pictures:
        cid = picture["Content-ID"].strip("<>")
        alt = re.search(rf'src="cid:{re.escape(cid)}"[^>]*alt="([^"]+)"', shown)
        assert alt and len(alt[1]) > 30
        assert picture.get_content()[:8] == b"\x89PNG\r\n\x1a\n"
    for words in ("€1,237,412.57", "€11,842,300.40", "28.3%", "81.3 days", "€9,120.41", "€48,211.09", ARABIC, "412"):
        assert words in said
        assert words in shown
    assert message["Subject"] == "Bookings €212K behind the quarter's pace"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"].strip() == "<mailto:salesops@example.com?subject=unsubscribe%20executive_summary>"
    assert len(shown.encode()) < 100_000
    assert 'lang="en" dir="ltr"' in shown
    assert "prefers-color-scheme: dark" in shown
    assert 'style="' in shown
    assert shown.index("Last week") < shown.index("<h1")
    assert not re.search(r"\b(nan|None|null|undefined)\b", shown)
    assert not re.search(r"[a-z]+_[a-z]+", re.sub(r"<style.*?</style>|<[^>]*>", " ", shown, flags=re.S))


def test_data_of_a_crm_breaks_neither_page_nor_header(tmp_path: Path) -> None:
    rows = tables()
    evil = 'Eve"><script>alert(1)</script>\r\nBcc: all@example.com'
    rows["reports.rpt_executive_headline"][0]["action_rep_name"] = evil
    rows["reports.rpt_executive_bookings"][0]["quarter_label"] = evil
    rows["reports.rpt_executive_reps"][0]["rep_name"] = evil
    rows["reports.rpt_executive_territories"][0]["territory"] = "javascript:alert(1)"
    settings = make_settings(tmp_path)
    render_reports(settings, make_build(settings.home, rows))
    (mail,) = mails(settings)
    message = message_of(mail)
    assert message["Bcc"] is None
    page = message.get_body(("html",))
    assert page is not None
    assert "<script" not in page.get_content()
    assert (
        "Eve&quot;&gt;&lt;script&gt;" in page.get_content().replace("&#34;", "&quot;") or "&lt;script&gt;" in page.get_content()
    )
    assert "href=" not in page.get_content()


def test_the_same_build_gives_the_same_bytes(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        settings = make_settings(tmp_path / name)
        render_reports(settings, make_build(settings.home))
        found.append([(mail.mail_id, mail.content_hash, mail.message) for mail in mails(settings)])
    assert found[0] == found[1]


def test_build_id_and_age_are_no_news_and_figures_are(tmp_path: Path) -> None:
    hashes = {}
    for name, change in (("same", None), ("later", "age"), ("other", "figure"), ("chart", "chart")):
        settings = make_settings(tmp_path / name)
        rows = tables()
        if change == "age":
            rows["core.build"][0] |= {"latest_extracted_at": datetime(2026, 3, 14, 20, 0), "as_of_date": date(2026, 3, 13)}
        if change == "figure":
            rows["reports.rpt_executive_bookings"][0]["bookings_week"] = Decimal("96120.56")
        if change == "chart":
            rows["reports.rpt_executive_win_rate_by_quarter"][0]["win_rate"] = Decimal("0.26")
        done = render_reports(settings, make_build(settings.home, rows, build_id=name))
        hashes[name] = {rendered.report: rendered.content_hash for rendered in done}
    assert hashes["same"]["executive_summary"] == hashes["later"]["executive_summary"]
    assert hashes["same"]["executive_summary"] != hashes["other"]["executive_summary"]
    assert hashes["same"]["executive_summary"] != hashes["chart"]["executive_summary"]
    assert hashes["same"]["data_quality"] == hashes["later"]["data_quality"] == hashes["other"]["data_quality"]


def test_a_build_that_looks_back_is_shown_and_not_queued(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    make_build(settings.home, build_id="now")
    back = make_build(settings.home, build_id="back", publish=False)
    done = render_reports(settings, back)
    assert set(outcomes(done).values()) == {"shown"}
    assert done[1].file == back.path / "reports" / "2026-03-14" / "executive_summary.en.html"
    assert not settings.reports_archive.exists()
    assert mails(settings) == []
    assert set(outcomes(render_reports(settings, back, send=True)).values()) == {"queued"}


def test_nothing_to_tell_is_not_told(tmp_path: Path) -> None:
    rows = tables()
    for section in ("quarantine", "faults", "overdue", "territories"):
        rows[f"reports.rpt_quality_{section}"] = []
    settings = make_settings(tmp_path)
    assert outcomes(render_reports(settings, make_build(settings.home, rows)))["data_quality"] == "empty"


def test_an_overdue_export_is_news_and_is_named(tmp_path: Path) -> None:
    rows = tables()
    for section in ("quarantine", "faults", "territories"):
        rows[f"reports.rpt_quality_{section}"] = []
    settings = make_settings(tmp_path)
    (done,) = [d for d in render_reports(settings, make_build(settings.home, rows)) if d.report == "data_quality"]
    assert (done.outcome, done.subject) == ("queued", "Data quality: 1 export is overdue")
    (mail,) = mails(settings, "data_quality")
    for part in message_of(mail).walk():
        if part.get_content_type() in ("text/plain", "text/html"):
            said = part.get_content()
            assert [word for word in ("Overdue exports", "billing", "Mar 6", "Mar 13", "11:00") if word not in said] == []


def test_failed_checks_are_news(tmp_path: Path) -> None:
    rows = tables()
    for section in ("quarantine", "faults", "overdue", "territories"):
        rows[f"reports.rpt_quality_{section}"] = []
    settings = make_settings(tmp_path)
    build = make_build(settings.home, rows)
    check: dict[str, Any] = {
        "schema": "core",
        "table": "dim_rep",
        "column": None,
        "reason": "Every rep has a team.",
        "remedy": "Add it.",
    }
    build.update_record(
        checks=[check | {"success": False, "unexpected_count": 4}, check | {"success": True, "unexpected_count": 0}]
    )
    (done,) = [d for d in render_reports(settings, build) if d.report == "data_quality"]
    assert (done.outcome, done.subject) == ("queued", "Data quality: 1 check did not hold")
    assert done.file is not None
    assert "Every rep has a team." in done.file.read_text(encoding="utf-8")


def test_old_data_is_held(tmp_path: Path) -> None:
    rows = tables()
    rows["core.build"][0]["latest_extracted_at"] = rows["core.build"][0]["as_of_ends_at"] - timedelta(days=5)
    settings = make_settings(tmp_path)
    assert outcomes(render_reports(settings, make_build(settings.home, rows)))["executive_summary"] == "too_old"
    assert mails(settings) == []


def test_before_the_first_complete_week_there_is_no_mail(tmp_path: Path) -> None:
    rows = tables()
    del rows["reports.rpt_periods"][0]
    settings = make_settings(tmp_path)
    assert outcomes(render_reports(settings, make_build(settings.home, rows)))["executive_summary"] == "no_period"


def test_a_section_that_is_not_one_row_is_an_error(tmp_path: Path) -> None:
    rows = tables()
    rows["reports.rpt_executive_cycle"] *= 2
    settings = make_settings(tmp_path)
    with pytest.raises(ConfigurationError, match=r"rpt_executive_cycle has 2 rows"):
        render_reports(settings, make_build(settings.home, rows))


def test_empty_figures_are_dashes_not_nothing(tmp_path: Path) -> None:
    rows = tables()
    rows["reports.rpt_executive_bookings"][0] |= dict.fromkeys(
        ("quota_quarter", "quota_to_date", "attainment_quarter", "quota_year", "attainment_year")
    )
    rows["reports.rpt_executive_headline"][0] |= {
        "finding": "no_quota",
        "action_kind": "none",
        "action_rep_name": None,
        "gap_amount": None,
    }
    rows["reports.rpt_executive_win_rate"][0] |= dict.fromkeys(
        ("win_rate", "win_rate_change", "latest_quarter_rate", "latest_quarter_label", "best_quarter_rate", "best_quarter_label")
    )
    rows["reports.rpt_executive_cycle"][0] |= {"median_days": None, "change_days": None, "won_count": 0}
    rows["reports.rpt_executive_pipeline"][0] |= {
        "largest_stage": None,
        "largest_stage_value": None,
        "open_value": Decimal(0),
        "open_count": 0,
    }
    for section in ("reps", "territories", "commissions", "bookings_by_week", "pipeline_by_stage", "win_rate_by_quarter"):
        rows[f"reports.rpt_executive_{section}"] = []
    settings = make_settings(tmp_path)
    (done,) = [d for d in render_reports(settings, make_build(settings.home, rows)) if d.report == "executive_summary"]
    assert done.file is not None
    page = done.file.read_text(encoding="utf-8")
    assert "<img" not in page
    assert "None" not in page
    assert "no quota" in page


def test_the_archive_is_private_and_has_an_index(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    render_reports(settings, make_build(settings.home))
    day = settings.reports_archive / "2026-03-14"
    for path in [settings.reports_archive, *settings.reports_archive.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    page = (day / "executive_summary.en.html").read_text(encoding="utf-8")
    assert "cid:" not in page
    for picture in re.findall(r'<img[^>]*src="([^"]+)"', page):
        assert (day / picture).is_file()
    index = (settings.reports_archive / "index.html").read_text(encoding="utf-8")
    for link in re.findall(r'href="([^"]+)"', index):
        assert (settings.reports_archive / link).is_file()
    assert json.loads((day / "executive_summary.en.json").read_text())["period"] == "week-2026-03-02"


def test_who_left_gets_nothing(tmp_path: Path) -> None:
    entries = (
        RECIPIENTS
        + "  - {rep: 'salesforce:005001', audiences: [leadership]}\n  - {rep: 'salesforce:005002', audiences: [leadership]}\n"
    )
    settings = make_settings(tmp_path, entries + "  - {address: gone@example.com, audiences: [leadership]}\n")
    (done,) = [d for d in render_reports(settings, make_build(settings.home)) if d.report == "executive_summary"]
    assert done.queued == ("boss@example.com", "lena@example.com")
    assert len(done.left_out) == 2


CONTENT = Content("Subject", "Text\n", "<p>Page</p>", (Picture("a", "a@salesops", b"\x89PNG", "An alt text"),))
SENDER = Sender("Salesops", "salesops@example.com")


def test_headers_are_one_line_whatever_the_text() -> None:
    assert one_line("a\r\nBcc: b\u2028c\x00d") == "a Bcc: b c d"
    thread = thread_of(SENDER, "r", "p", "a@example.com", "h")
    message = compose(dataclasses.replace(CONTENT, subject="Hi\r\nBcc: x@example.com"), SENDER, thread, "r")
    assert b"\nBcc:" not in message


def test_a_page_that_mail_programs_cut_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="shorten"):
        compose(dataclasses.replace(CONTENT, html="x" * 100_000), SENDER, thread_of(SENDER, "r", "p", "a", "h"), "r")


def test_threads_hold_a_report_together_and_ids_tell_mails_apart() -> None:
    one = thread_of(SENDER, "r", "week-1", "A@example.com", "h1")
    two = thread_of(SENDER, "r", "week-2", "a@example.com", "h2")
    other = thread_of(SENDER, "r", "week-1", "b@example.com", "h1")
    assert one.references == two.references != other.references
    assert len({one.message_id, two.message_id, other.message_id}) == 3
    assert one == thread_of(SENDER, "r", "week-1", "a@example.com", "h1")


def test_a_sender_without_an_address_is_refused() -> None:
    assert parse_sender("Sales Ops <ops@example.com>") == Sender("Sales Ops", "ops@example.com")
    with pytest.raises(ConfigurationError, match="SALESOPS_MAIL_FROM"):
        parse_sender("nobody")
