"""The metric pages: what every mart and every figure in it means, written from the models' own YAML.

`python -m salesops.warehouse.metric_pages DIR` writes one page an area and an index of all figures; `make docs` calls it.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from salesops.settings import PROJECT

SAID = ("grain", "basis", "exclusions", "example")
"""What a model's meta says, in the order in which a page shows it; its question comes first."""
NOTE = "<!-- Written by `make docs` from the models' YAML: change it there. -->"

UNITS = (
    "Which mart answers what, then every figure that is calculated, by name. Rates are fractions from 0 to 1, days are 0 or more,"
    " money is in company currency unless a column says otherwise; where there is nothing to divide by, a rate is empty."
)


def pages(models: Path) -> dict[str, str]:
    """Every page by its file name, from a dbt project's folder `models`."""
    areas = {area.name: list(_marts(area)) for area in sorted((models / "marts").iterdir()) if area.is_dir()}
    return {"README.md": _index(areas)} | {f"{area}.md": _page(area, marts) for area, marts in areas.items()}


def _marts(area: Path) -> Iterator[Mapping[str, Any]]:
    for file in sorted(area.glob("*__models.yml")):
        yield from yaml.safe_load(file.read_text(encoding="utf-8"))["models"]


def _page(area: str, marts: Sequence[Mapping[str, Any]]) -> str:
    parts = [f"# The marts of `{area}`", NOTE, *(_mart(area, mart) for mart in sorted(marts, key=lambda mart: str(mart["name"])))]
    return "\n\n".join(parts) + "\n"


def _mart(area: str, mart: Mapping[str, Any]) -> str:
    said = mart.get("config", {}).get("meta", {})
    question = [f"*{_line(said['question'])}*"] if "question" in said else []
    terms = [f"**{name.capitalize()}.** {_line(said[name])}" for name in SAID if name in said]
    rows = [
        f"| `{column['name']}` | {column['data_type']} | {_cell(column['description'])} | {_formula(column)} |"
        for column in mart["columns"]
    ]
    table = "\n".join(["| column | type | meaning | formula |", "|---|---|---|---|", *rows])
    return "\n\n".join([f"## {area}.{mart['name']}", *question, _line(mart["description"]), *terms, table])


def _index(areas: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    questions = [
        f"| [`{area}.{mart['name']}`]({_place(area, mart)}) | {_cell(_question(mart))} |"
        for area, marts in areas.items()
        for mart in sorted(marts, key=lambda mart: str(mart["name"]))
    ]
    figures = sorted(
        (column["name"], f"[`{area}.{mart['name']}`]({_place(area, mart)})", _cell(column["description"]), _formula(column))
        for area, marts in areas.items()
        for mart in marts
        for column in mart["columns"]
        if _formula(column)
    )
    return (
        "\n".join(
            [
                "# Metrics\n",
                f"{NOTE}\n",
                f"{UNITS}\n",
                "| mart | question |",
                "|---|---|",
                *questions,
                "\n| figure | mart | meaning | formula |",
                "|---|---|---|---|",
                *(f"| `{name}` | {mart} | {meaning} | {formula} |" for name, mart, meaning, formula in figures),
            ]
        )
        + "\n"
    )


def _question(mart: Mapping[str, Any]) -> str:
    return str(mart.get("config", {}).get("meta", {}).get("question") or mart["description"])


def _place(area: str, mart: Mapping[str, Any]) -> str:
    return f"{area}.md#{area}{mart['name']}"


def _formula(column: Mapping[str, Any]) -> str:
    formula = column.get("config", {}).get("meta", {}).get("formula")
    return f"`{_cell(formula)}`" if formula else ""


def _line(text: object) -> str:
    return " ".join(str(text).split())


def _cell(text: object) -> str:
    return _line(text).replace("|", "\\|")


def main(folder: Path) -> None:
    """Write the pages into a folder; pages of areas that are gone are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    written = pages(PROJECT / "dbt_project" / "models")
    for file in folder.glob("*.md"):
        if file.name not in written:
            file.unlink()
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
