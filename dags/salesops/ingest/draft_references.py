"""Whether what one file calls an account, an owner or a deal is what another file lists."""

from collections.abc import Sequence
from dataclasses import replace

from salesops.ingest.draft_extraction import glob_of, time_in
from salesops.ingest.draft_match import Choice, Match
from salesops.ingest.draft_tables import Table
from salesops.ingest.draft_words import phrase
from salesops.ingest.entities import load_entities

ID_WORDS = ("id", "key", "number", "no", "code")


def check_references(found: Sequence[tuple[Table, Match]]) -> None:
    """Hold every reference against the ids of the files that list its entity; what is not there is a doubt."""
    listed = {entity: _ids(found, entity) for entity in load_entities()}
    for table, match in found:
        for name, choice in match.chosen.items():
            target = load_entities()[match.entity].columns[name].references
            if target is not None and len(choice.columns) == 1 and choice.columns[0].filled:
                match.chosen[name] = _checked(table, choice, target, listed[target])
        own = listed[match.entity].get(table.name, set())
        for other, ids in listed[match.entity].items():
            if other < table.name and own & ids and not _is_same_file(other, table.name):
                said = f"{len(own & ids)} of its ids are in {other} too: where the records differ, both go to quarantine"
                match.doubt = f"{match.doubt}; {said}" if match.doubt else said


def _ids(found: Sequence[tuple[Table, Match]], entity: str) -> dict[str, set[str]]:
    """The ids of an entity by the files that list them."""
    key = load_entities()[entity].key[0]
    ids = {}
    for table, match in found:
        columns = match.chosen[key].columns if match.entity == entity and key in match.chosen else ()
        if len(columns) == 1 and len(load_entities()[entity].key) == 1:
            ids[table.name] = {row[columns[0].position] for row in table.rows} - {""}
    return ids


def _is_same_file(one: str, other: str) -> bool:
    """True for the same file of two extractions."""
    first, second = (name.rsplit("/", 1)[-1] for name in (one, other))
    return glob_of(first, time_in([first])) == glob_of(second, time_in([second]))


def _checked(table: Table, choice: Choice, target: str, listed: dict[str, set[str]]) -> Choice:
    column = choice.columns[0]
    values = {row[column.position] for row in table.rows} - {"", *column.nulls}
    if not listed:
        is_id = phrase(column.name).split()[-1] in ID_WORDS
        return choice if is_id or choice.doubt else replace(choice, doubt=f"names or ids? there is no {target} file")
    unknown = len(values.difference(*listed.values()))
    if not unknown:
        return replace(choice, evidence=f"each stands in {next(iter(listed))}")
    return replace(choice, doubt=f"{unknown} of {len(values)} different ones stand in no {target} file")
