"""Which marts there are and which stand on which, read from the models' own `ref` calls."""

import re
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

STAGING = "staging"
"""The part that shows what comes before every mart."""
REPORTS = "reports"
"""The part that shows all report models together."""

_COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)
_REF = re.compile(r"""\bref\(\s*(?:["'][^"']+["']\s*,\s*)?["']([^"']+)["']""")


@dataclass(frozen=True)
class MartGraph:
    """The parts of a build that are shown, in an order in which each follows what it stands on."""

    parts: tuple[str, ...]
    """`staging`, then `<schema>.<mart>` …, then `reports`"""
    upstream: dict[str, tuple[str, ...]]
    """part → the parts just above it; those above them are left out"""
    part_of_model: dict[str, str]
    """every model's name → the part that shows its outcome"""


def read_mart_graph(dbt_project: Path) -> MartGraph:
    """The graph of a dbt project's models.

    A model outside `marts/` and `reports/` belongs to `staging`, unless it stands on a mart itself: then to the part that
    alone reads it, or to the last mart before it when several do, so that none of them shows another's failure.
    Raises graphlib.CycleError for models that dbt would not accept either.
    """
    files = {path.stem: path for path in sorted((dbt_project / "models").rglob("*.sql"))}
    reads = {name: _refs(path) & files.keys() for name, path in files.items()}
    order = list(TopologicalSorter(reads).static_order())
    parts = _parts(dbt_project / "models", files, reads, order)

    above: dict[str, set[str]] = {part: set() for part in parts.values()}
    for name in order:
        above[parts[name]] |= {parts[read] for read in reads[name]} - {parts[name]}
    for part in above:
        if part != STAGING:
            above[part].add(STAGING)
    above.setdefault(STAGING, set())
    ordered = tuple(TopologicalSorter({part: sorted(above[part]) for part in sorted(above)}).static_order())
    return MartGraph(ordered, {part: _nearest(part, above) for part in ordered}, parts)


def _parts(models: Path, files: dict[str, Path], reads: dict[str, set[str]], order: list[str]) -> dict[str, str]:
    parts: dict[str, str] = {}
    last_mart: dict[str, str] = {}
    place = {name: index for index, name in enumerate(order)}
    for name in order:
        folder = files[name].relative_to(models).parts
        if folder[0] == "marts":
            parts[name] = f"{folder[-2]}.{name}"
            last_mart[name] = name
        elif folder[0] == "reports":
            parts[name] = REPORTS
        if name not in last_mart and (below := {last_mart[read] for read in reads[name] if read in last_mart}):
            last_mart[name] = max(below, key=place.__getitem__)
    for name in reversed(order):
        if name not in parts:
            readers = {parts[reader] for reader in order if name in reads[reader]} or {REPORTS}
            if name not in last_mart:
                parts[name] = STAGING
            else:
                parts[name] = readers.pop() if len(readers) == 1 else parts[last_mart[name]]
    return parts


def _nearest(part: str, above: dict[str, set[str]]) -> tuple[str, ...]:
    implied = {further for near in above[part] for further in _all_above(near, above)}
    return tuple(sorted(above[part] - implied))


def _all_above(part: str, above: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(above[part])
    while waiting:
        if (near := waiting.pop()) not in found:
            found.add(near)
            waiting.extend(above[near])
    return found


def _refs(path: Path) -> set[str]:
    return set(_REF.findall(_COMMENT.sub(" ", path.read_text(encoding="utf-8"))))
