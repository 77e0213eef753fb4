"""Languages, templates and messages: every word through gettext, every value escaped, in the recipient's form."""

import re
import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.messages.pofile import read_po, write_po
from babel.support import NullTranslations

from salesops.errors import ConfigurationError
from salesops.reporting.bypasses import bypasses
from salesops.reporting.check import shipped_messages
from salesops.reporting.languages import Language, load_language
from salesops.reporting.messages import write_catalogues
from salesops.reporting.templates import environment, render_template, render_words
from salesops.settings import PROJECT, Settings


def language(name: str) -> Language:
    return Language(Locale.parse(name), NullTranslations(), ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("locale", "money", "short", "percent", "day", "week"),
    [
        ("en", "€1,234,567.89", "€1.23M", "41.3%", "Mar 8, 2026", "Mar 2 – 8, 2026"),
        ("en_GB", "€1,234,567.89", "€1.23M", "41.3%", "8 Mar 2026", "2–8 Mar 2026"),
        ("de", "1.234.567,89 €", "1,23 Mio. €", "41,3 %", "08.03.2026", "2.–8. März 2026"),
    ],
)
def test_values_take_the_form_of_the_locale(locale: str, money: str, short: str, percent: str, day: str, week: str) -> None:
    spoken = language(locale)
    found = (
        spoken.money_exact(Decimal("1234567.89"), "EUR"),
        spoken.money_short(Decimal("1234567.89"), "EUR"),
        spoken.percent(Decimal("0.4132")),
        spoken.day(date(2026, 3, 8)),
        spoken.days(date(2026, 3, 2), date(2026, 3, 9)),
    )
    assert tuple(re.sub(r"[\u00a0\u2009\u202f]", " ", text) for text in found) == (money, short, percent, day, week)


def test_changes_carry_their_sign_and_nothing_has_none() -> None:
    spoken = language("en")
    assert spoken.money_change(Decimal("-184200"), "EUR") == "-€184K"
    assert spoken.money_change(Decimal("184200"), "EUR") == "+€184K"
    assert spoken.points(Decimal("-0.021")) == "-2.1"
    assert spoken.points(Decimal("0.0001")) == "0.0"
    assert spoken.number_change(Decimal("4.5"), 1) == "+4.5"


def test_an_instant_is_told_in_the_companys_zone() -> None:
    assert language("en_GB").moment(datetime(2026, 3, 14, 22, 30)) == "14 Mar 2026, 23:30"
    assert language("en_GB").moment(datetime(2026, 7, 1, 22, 30)) == "2 Jul 2026, 00:30"


def test_a_name_of_the_other_direction_is_isolated() -> None:
    assert language("en").isolated("پرستو") == "\u2068پرستو\u2069"
    assert language("en").isolated("Ada สมชาย") == "Ada สมชาย"


def test_a_locale_without_a_catalogue_is_refused() -> None:
    for name in ("de", "xx", "not a locale"):
        with pytest.raises(ConfigurationError, match="locale"):
            load_language(name, PROJECT / "reports" / "locales", "UTC")
    assert load_language("en-GB", PROJECT / "reports" / "locales", "UTC").lang == "en-GB"


def test_html_is_escaped_and_words_stay_text(tmp_path: Path) -> None:
    (tmp_path / "r.words.j2").write_text("{% block subject %}{% trans name=name %}Hello {{ name }}{% endtrans %}{% endblock %}")
    (tmp_path / "r.html.j2").write_text(
        '<p title="{{ name }}">{{ words.subject }}{% trans name=name %}Hello {{ name }}{% endtrans %}</p>'
    )
    env = environment([tmp_path], language("en"))
    words = render_words(env, "r", {"name": '<b>"&\n'})
    assert words == {"subject": 'Hello <b>"&'}
    page = render_template(env, "r.html.j2", {"name": '"><script>', "words": words})
    assert "<script>" not in page
    assert "<b>" not in page
    assert 'title="&#34;&gt;&lt;script&gt;"' in page


def test_an_unknown_name_in_a_template_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "r.txt.j2").write_text("{{ figure }}")
    with pytest.raises(ConfigurationError, match=r"r\.txt\.j2.*figure"):
        render_template(environment([tmp_path], language("en")), "r.txt.j2", {})


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.txt.j2", "{{ x }}\nTotal: {{ x }}", 2),
        ("a.html.j2", "<p>\n{{ x }} deals</p>", 2),
        ("a.html.j2", '<img alt="{{ x }} a picture">', 1),
        ("a.html.j2", "<p>{{ 'yes' if x else 'no' }}</p>", 1),
        ("a.words.j2", "{% block subject %}\nNews{% endblock %}", 2),
    ],
)
def test_words_past_gettext_are_found(tmp_path: Path, name: str, text: str, line: int) -> None:
    (tmp_path / name).write_text(text)
    (fault,) = bypasses(tmp_path / name)[:1]
    assert fault.startswith(f"{tmp_path / name}:{line}: ")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt.j2", "{% trans %}Total{% endtrans %} {{ x | replace('_', ' ') }} {{ _('deals') }} {{ x if x else '–' }}"),
        (
            "a.html.j2",
            "<style>p { color: red }</style><p class=\"{{ 'good' if x else 'bad' }}\" dir=\"{{ x }}\">{{ x }}</p><!-- note -->",
        ),
        ("a.html.j2", '<img alt="{{ x }}" width="600">&nbsp;'),
    ],
)
def test_markup_and_arguments_are_no_words(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert bypasses(tmp_path / name) == []


def test_every_message_reaches_the_page_in_another_language(tmp_path: Path) -> None:
    """A catalogue that turns every message into marks leaves no English word of the templates on the page."""
    from report_build import make_build, make_settings

    from salesops.reporting.render import render_reports

    settings = make_settings(tmp_path, locale_recipients())
    project = tmp_path / "project"
    shutil.copytree(PROJECT / "reports", project / "reports")
    catalogue = project / "reports" / "locales" / "de" / "LC_MESSAGES" / "salesops.po"
    catalogue.parent.mkdir(parents=True)
    shutil.copy(PROJECT / "reports" / "locales" / "en" / "LC_MESSAGES" / "salesops.po", catalogue)
    own = Settings.from_env({"SALESOPS_PROJECT": str(project)})
    write_catalogues(own.reports, shipped_messages(own))
    with catalogue.open("rb") as stream:
        found = read_po(stream, locale="de")
    for message in found:
        if message.id:
            marked = ["§" + "".join(re.findall(r"%\(\w+\)s", m)) for m in (message.id if message.pluralizable else [message.id])]
            message.string = tuple(marked) if message.pluralizable else marked[0]
    with catalogue.open("wb") as stream:
        write_po(stream, found)
    (done,) = [
        r
        for r in render_reports(replace_project(settings, project), make_build(settings.home))
        if r.report == "executive_summary"
    ]
    assert done.file is not None
    text = done.file.with_suffix(".txt").read_text(encoding="utf-8")
    english = {
        "FY2026",
        "Lena",
        "Vogt",
        "Proposal",
        "DACH",
        "Maximiliane",
        "Freifrau",
        "von",
        "Hohenstein",
        "Waldburg",
        "Build",
        "Mio",
        "März",
    }
    left = set(re.findall(r"[A-Za-zäöü]{3,}", text)) - english
    assert left <= {"FY2024", "FY2025", "b1a2c3d4", "EMEA", "Mär"}, left


def locale_recipients() -> str:
    return "allowed_domains: [example.com]\nrecipients:\n  - {address: b@example.com, audiences: [leadership], locale: de}\n"


def replace_project(settings: Settings, project: Path) -> Settings:
    import dataclasses

    return dataclasses.replace(settings, project=project)
