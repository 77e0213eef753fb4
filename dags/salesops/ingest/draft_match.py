"""Which canonical entity a file is, and which of its columns each canonical column comes from, by names and types."""

from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from salesops.ingest.draft_columns import Column
from salesops.ingest.draft_tables import Table
from salesops.ingest.draft_words import phrase, words
from salesops.ingest.entities import Entity, load_entities

ENOUGH = 3
"""columns of an entity's own that tell what a file is where its name does not"""
NAME_WORD = 100
"""one word of a file's name outweighs the columns, and so does a required column that is not there"""


@dataclass(frozen=True)
class Choice:
    """Where a canonical column comes from: one column of the file, several joined, or a constant."""

    columns: tuple[Column, ...] = ()
    separator: str = "|"
    constant: str | None = None
    evidence: str | None = None
    doubt: str | None = None
    is_guess: bool = False
    """by its values alone: another column may take its place"""


@dataclass
class Match:
    """A file's entity and columns; `lacking` says why it cannot be drafted."""

    entity: str
    chosen: dict[str, Choice]
    unpivot: dict[str, Choice] = field(default_factory=dict)
    evidence: str = ""
    doubt: str | None = None
    lacking: str | None = None

    @property
    def used(self) -> set[int]:
        """Positions of the columns that are read."""
        choices = [*self.chosen.values(), *self.unpivot.values()]
        return {column.position for choice in choices for column in choice.columns}

    @property
    def sure(self) -> int:
        """How many columns are beyond doubt."""
        return sum(choice.doubt is None for choice in self.chosen.values())

    @property
    def is_history(self) -> bool:
        return self.entity.endswith("_history")


def match_table(table: Table) -> Match | None:
    """The likeliest entity with the columns that names tell; None when no entity fits."""
    name = phrase(PurePosixPath(table.name).stem)
    ranked: list[tuple[float, int, Match]] = []
    for entity, spec in load_entities().items():
        by_name = _longest(words().entities[entity], name)
        match = _match_by_names(table, entity, spec)
        lacking = sum(column not in match.chosen for column in _needed(match, spec)) if table.has_header else 0
        score = NAME_WORD * (by_name - lacking) + match.sure + 0.4 * (len(match.chosen) - match.sure)
        ranked.append((score, by_name, match))
    ranked.sort(key=lambda item: -item[0])
    (score, by_name, match), second = ranked[0], ranked[1]
    if _longest(words().no_entity, name) >= max(by_name, 1):
        return None
    named = max(ranked, key=lambda item: item[1])
    if by_name == 0 and named[1] > 0:
        # what its name says it is lacks something; what its columns say is a worse guess
        match, by_name = named[2], named[1]
    elif by_name == 0 and _specific(match) < ENOUGH:
        return None
    match.evidence = f"its name and {match.sure} columns" if by_name else f"{match.sure} columns"
    if not by_name:
        match.doubt = "no name of a file says so"
    elif second[0] > score - 2:
        match.doubt = f"could be {second[2].entity}"
    return match


def _specific(match: Match) -> int:
    """Sure columns that not every second entity has."""
    entities = load_entities()
    shared = {name for name in match.chosen if sum(name in entity.columns for entity in entities.values()) > 3}
    by_own_name = {f"{match.entity}_id", f"{match.entity}_name"}
    return sum(choice.doubt is None for name, choice in match.chosen.items() if name not in shared | by_own_name)


def columns_by_name(table: Table, entity: str) -> dict[str, Choice]:
    """Canonical columns by the names of the file's: the sure ones first, and among them those that hold something."""
    spec = load_entities()[entity]
    found = []
    for column in table.columns:
        if not table.has_header or table.header.count(column.name) > 1 or not column.name.strip():
            continue
        for order, (name, known) in enumerate(words().columns[entity].items()):
            likeness = _likeness(phrase(column.name), known)
            is_plain = column.filled and not (column.strays and spec.columns[name].type != "text")
            if likeness > (0 if is_plain else 1) and column.holds(spec.columns[name].type):
                found.append((likeness < 1, not column.filled, -likeness, column.position, order, name, column))
    chosen: dict[str, Choice] = {}
    taken: set[int] = set()
    for is_doubtful, _, _, _, _, name, column in sorted(found, key=lambda item: item[:5]):
        if name not in chosen and column.position not in taken:
            chosen[name] = Choice((column,), doubt="by a part of its name" if is_doubtful else None)
            taken.add(column.position)
    return chosen


def _match_by_names(table: Table, entity: str, spec: Entity) -> Match:
    match = Match(entity, columns_by_name(table, entity))
    if entity == "opportunity_history" and "new_value" not in match.chosen:
        _unpivot(table, match)
    return match


def _unpivot(table: Table, match: Match) -> None:
    """A history whose records are whole opportunities: a row for each of their attributes."""
    deal = columns_by_name(table, "opportunity")
    if "stage" not in deal:
        return
    match.chosen.pop("attribute", None)
    own = match.chosen.get("history_id")
    if own is not None and "opportunity_id" not in match.chosen:
        doubt = "the opportunity's own id?" if own.columns[0].is_key else None
        match.chosen["opportunity_id"] = replace(own, doubt=doubt)
        del match.chosen["history_id"]
    for attribute, name in words().attributes.items():
        if name in deal and deal[name].columns[0].filled and deal[name].columns[0].position not in match.used:
            match.unpivot[attribute] = deal[name]


def _needed(match: Match, spec: Entity) -> list[str]:
    """Required columns that names must tell."""
    constants = words().constants.get(match.entity, {})
    by_unpivot = {"attribute", "new_value"} if match.unpivot else set()
    return [
        name
        for name, column in spec.columns.items()
        if column.required and name not in constants and name not in by_unpivot and name != spec.key[0]
    ]


def _longest(phrases: list[str], name: str) -> int:
    """Words of the longest phrase that stands in a name."""
    return max((len(known.split()) for known in phrases if f" {known} " in f" {name} "), default=0)


def _likeness(name: str, known: list[str]) -> float:
    """1 and more for a known name, the canonical one most; below 1 for a part of the name that is known."""
    if name in known:
        return 1.01 + 1 / (1 + known.index(name))
    longest = _longest([other for other in known if " " in other], name)
    return longest / (1 + len(name.split())) if longest else 0.0
