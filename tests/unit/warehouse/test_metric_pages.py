"""The metric pages say what the models' YAML says now, and a reader finds a figure on them."""

from pathlib import Path

from salesops.settings import PROJECT
from salesops.warehouse.metric_pages import pages

MODELS = PROJECT / "dbt_project" / "models"
ONE = """
models:
  - name: funnel_things
    description: Things by period.
    config:
      contract: {enforced: true}
      meta:
        question: How many things are there?
        grain: period
        basis: Things by the day of their end.
        exclusions: Deleted ones.
        example: 2 of 3 are 0.666667.
    columns:
      - name: thing_rate
        data_type: decimal(18, 6)
        description: Things ÷ all | a fraction.
        config: {meta: {formula: things / all}}
"""


def test_the_pages_in_docs_are_current() -> None:
    written = {file.name: file.read_text(encoding="utf-8") for file in (PROJECT / "docs" / "metrics").glob("*.md")}
    stale = {name for name, text in pages(MODELS).items() if written.get(name) != text} | (written.keys() - pages(MODELS).keys())
    assert stale == set(), "run `make docs`"


def test_a_page_has_all_that_a_mart_says(tmp_path: Path) -> None:
    area = tmp_path / "marts" / "funnel"
    area.mkdir(parents=True)
    (area / "_funnel__models.yml").write_text(ONE, encoding="utf-8")
    found = pages(tmp_path)
    for said in (
        "## funnel.funnel_things",
        "*How many things are there?*",
        "**Grain.** period",
        "**Basis.** Things by the day of their end.",
        "**Exclusions.** Deleted ones.",
        "**Example.** 2 of 3 are 0.666667.",
        "| `thing_rate` | decimal(18, 6) | Things ÷ all \\| a fraction. | `things / all` |",
    ):
        assert said in found["funnel.md"]
    assert "| [`funnel.funnel_things`](funnel.md#funnelfunnel_things) | How many things are there? |" in found["README.md"]
    assert "| `thing_rate` | [`funnel.funnel_things`](funnel.md#funnelfunnel_things) |" in found["README.md"]


def test_win_rate_is_found_in_one_place_with_its_bases() -> None:
    page = pages(MODELS)["funnel.md"]
    section = page[page.index("## funnel.funnel_win_rates") :].split("\n## ")[0]
    for column in ("win_rate", "won_of_all", "win_rate_value"):
        assert f"| `{column}` |" in section
    assert "created" in section
    assert "closed" in section
