"""The mails in a real browser: at phone and desk width, light and dark, with pictures and without."""

import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.append(str(Path(__file__).parents[1] / "unit" / "reporting"))

from report_build import ARABIC, PERSIAN, THAI, make_build, make_settings, rep, tables

from salesops.reporting.render import render_reports

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
LONG = "Maximiliane-Wilhelmine Freifrau von Hohenstein-Waldburg-Zeil zu Trauchburg"
UNBROKEN = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"

OVERFLOWING = """() => [...document.querySelectorAll('body *')].filter(element => {
  if (element.closest('.preheader')) return false;
  const box = element.getBoundingClientRect(), style = getComputedStyle(element);
  if (!box.width || style.display === 'inline') return false;
  return box.left < -0.5 || box.right > innerWidth + 0.5 || element.scrollWidth > element.clientWidth + 1;
}).map(element => element.outerHTML.slice(0, 200))"""

PALE = """() => {
  const channels = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const found = channels(getComputedStyle(at).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll('body *')].filter(element => {
    if (element.closest('.preheader') || ![...element.childNodes].some(n => n.nodeType === 3 && n.data.trim())) return false;
    if (parseFloat(getComputedStyle(element).fontSize) < 1) return false;
    const [a, b] = [light(channels(getComputedStyle(element).color)), light(ground(element))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
  }).map(element => element.outerHTML.slice(0, 200));
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Report → its page, of figures and names as long as they come."""
    rows = tables()
    rows["reports.rpt_executive_reps"] = [
        rep(1, "top", LONG, "123456789.12", "12.345", "1234567.89", "Strategic Accounts and Public Sector, Northern Europe"),
        rep(2, "top", ARABIC, "148000.00", "0.982", "5920.00"),
        rep(101, "bottom", PERSIAN, "12000.00", "0.095", None),
        rep(102, "bottom", THAI, "-12000.00", "-0.095", "-480.00"),
        rep(103, "bottom", UNBROKEN, "0.00", "0.0", None),
    ]
    rows["reports.rpt_executive_territories"][0] |= {
        "territory": UNBROKEN,
        "account_count": 1234567,
        "open_value": Decimal("9876543210.12"),
    }
    rows["reports.rpt_executive_pipeline_by_stage"][0]["stage"] = PERSIAN
    rows["reports.rpt_executive_pipeline_by_stage"][1]["stage"] = LONG
    rows["reports.rpt_quality_quarantine"][0]["source"] = UNBROKEN
    settings = make_settings(tmp_path_factory.mktemp("mail"))
    return {done.report: done.file for done in render_reports(settings, make_build(settings.home, rows)) if done.file}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is missing: make install-dev")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def opened(browser: Browser, file: Path, width: int, **options: Any) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 900}, **options)
    page = context.new_page()
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 375, 800])
@pytest.mark.parametrize("report", ["executive_summary", "data_quality"])
def test_nothing_scrolls_sideways_nothing_is_clipped_or_pale(
    browser: Browser, pages: dict[str, Path], report: str, width: int, scheme: Any
) -> None:
    page = opened(browser, pages[report], width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVERFLOWING) == []
    assert page.evaluate(PALE) == []
    page.context.close()


@pytest.mark.parametrize("report", ["executive_summary", "data_quality"])
def test_a_reader_sees_words_not_codes(browser: Browser, pages: dict[str, Path], report: str) -> None:
    page = opened(browser, pages[report], 375)
    seen = page.evaluate("document.body.innerText")
    assert not re.search(r"\b(nan|NaN|None|null|undefined|Decimal)\b", seen)
    assert not re.search(r"\b[a-z]+_[a-z_]+\b", seen)
    assert "{{" not in seen
    page.context.close()


def test_pictures_are_seen_and_their_words_where_they_are_blocked(browser: Browser, pages: dict[str, Path]) -> None:
    file = pages["executive_summary"]
    page = opened(browser, file, 375)
    sizes = page.evaluate("[...document.images].map(i => [i.naturalWidth, i.clientWidth])")
    assert len(sizes) == 3
    assert all(natural >= 2 * shown > 0 for natural, shown in sizes)
    page.context.close()

    blocked = browser.new_context(viewport={"width": 375, "height": 900}).new_page()
    blocked.route("**/*.png", lambda route: route.abort())
    blocked.goto(file.as_uri())
    assert blocked.evaluate("document.documentElement.scrollWidth") <= 375
    words = blocked.evaluate("[...document.images].map(i => i.alt)")
    assert all(len(alt) > 30 and re.search("[€%]", alt) for alt in words)
    assert "€1,237,412.57" in blocked.evaluate("document.body.innerText")
    blocked.context.close()


def test_nothing_is_fetched_from_elsewhere(browser: Browser, pages: dict[str, Path]) -> None:
    page = browser.new_context().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(pages["executive_summary"].as_uri())
    page.wait_for_load_state("networkidle")
    assert len(asked) == 4
    assert all(url.startswith("file://") for url in asked)
    page.context.close()


def test_the_archive_leads_to_every_report(browser: Browser, pages: dict[str, Path]) -> None:
    index = pages["executive_summary"].parents[1] / "index.html"
    page = opened(browser, index, 375)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.get_by_role("link", name="Executive summary").click()
    assert "ahead" in page.inner_text("h1") or "behind" in page.inner_text("h1")
    page.context.close()
