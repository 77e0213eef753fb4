"""`salesops map`: a mapping drafted from files that no mapping knows yet."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from salesops.errors import InputError
from salesops.ingest.containers import Container, Member, Stamp, containers_in, members_of
from salesops.ingest.draft_extraction import extraction_of, glob_of, time_in
from salesops.ingest.draft_fill import fill
from salesops.ingest.draft_match import Match, match_table
from salesops.ingest.draft_references import check_references
from salesops.ingest.draft_tables import Table, read_table, settle
from salesops.ingest.draft_write import HEAD, entry_lines, left_out
from salesops.ingest.entities import load_entities
from salesops.ingest.store import spool


def draft_mapping(paths: Sequence[Path], source: str | None = None) -> str:
    """The YAML of a mapping for files, zips and folders of them.

    Raises InputError when a path is missing, or no canonical entity fits any of the files.
    """
    containers = [container for path in paths for container in _containers(path)]
    members = [member for container in containers for member in members_of(container)]
    tables, refused = _tables(members)
    tables = settle(tables)
    matches = {table.name: match_table(table) for table in tables}
    for table in tables:
        if (match := matches[table.name]) is not None:
            fill(table, match)
    found = [(table, match) for table in tables if (match := matches[table.name]) is not None and match.lacking is None]
    check_references(found)
    if not found:
        raise InputError(
            f"{', '.join(map(str, paths))}: no canonical entity fits any of the files: write an entry by hand, see docs/ingest.md"
        )
    zips = [container.name for container in containers if container.is_zip]
    lines = [
        HEAD,
        f"source: {source or _source(paths[0])}",
        *_timezone(found),
        "",
        "extraction:",
        *extraction_of([member.name for member in members], zips, [container.path for container in containers]),
        "",
        "files:",
    ]
    for globs, table, match in _grouped(found, [member.name for member in members]):
        lines += [*entry_lines(globs, table, match), ""]
    for name, match in matches.items():
        if match is None or match.lacking is not None:
            lines.append(left_out(name, "no canonical entity fits" if match is None else str(match.lacking)))
    lines += [left_out(name, reason) for name, reason in refused]
    return "\n".join(lines).rstrip() + "\n"


def _containers(path: Path) -> Iterator[Container]:
    if path.is_dir():
        yield from containers_in(path)
    elif path.is_file():
        yield Container(path, path.name, Stamp.of(path))
    else:
        raise InputError(f"{path}: there is no such file: correct the path")


def _tables(members: list[Member]) -> tuple[list[Table], list[tuple[str, str]]]:
    """Every file that can be read, and the others with the reason."""
    tables, refused = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number, member in enumerate(members):
            spooled = spool(member, Path(folder), number)
            try:
                tables.append(read_table(spooled.path, member.name))
            except InputError as error:
                refused.append((member.name, str(error).removeprefix(f"{member.name}: ").split(":")[0]))
            spooled.path.unlink()
    return tables, refused


def _grouped(found: list[tuple[Table, Match]], names: list[str]) -> Iterator[tuple[list[str], Table, Match]]:
    """Files of one kind, in the order of the entities: the largest of them stands for the others."""
    last = [name.rsplit("/", 1)[-1] for name in names]
    groups: dict[tuple[object, ...], list[tuple[Table, Match]]] = {}
    for table, match in found:
        groups.setdefault(
            (match.entity, table.encoding, table.structure, table.header, table.name if not table.has_header else ""), []
        ).append((table, match))
    order = list(load_entities())
    for group in sorted(groups.values(), key=lambda group: order.index(group[0][1].entity)):
        globs = []
        for table, _ in group:
            own = table.name.rsplit("/", 1)[-1]
            globs.append(glob_of(own if last.count(own) == 1 else table.name, time_in([own])))
        yield list(dict.fromkeys(globs)), *max(group, key=lambda item: len(item[0].rows))


def _timezone(found: list[tuple[Table, Match]]) -> list[str]:
    """The zone of clock times that carry no offset."""
    for table, match in found:
        for name, choice in match.chosen.items():
            if load_entities()[match.entity].columns[name].type == "timestamp" and len(choice.columns) == 1:
                moments = choice.columns[0].moments
                if moments and moments.has_clock and not moments.has_offset:
                    column = " ".join(choice.columns[0].name.split())
                    return [f"timezone: UTC  # doubt: the times of {column} in {table.name} carry no offset: whose clock is it?"]
    return []


def _source(path: Path) -> str:
    """A name for the source: that of the folder."""
    folder = path.resolve() if path.is_dir() else path.resolve().parent
    name = re.sub(r"[^a-z0-9]+", "_", folder.name.lower()).strip("_")
    return name if re.match(r"[a-z]", name) else f"crm_{name}".rstrip("_")
