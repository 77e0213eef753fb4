"""Exports of three days and the ways in which they may arrive: the law of landing, for a quick and a long run of it."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from ingest_home import Home
from raw_state import held, quarantined, stored_twice, team_mapping, told

from salesops.ingest.gate import gate_faults
from salesops.ingest.load import land_folder
from salesops.ingest.retry import retry_loads

KEYS = "abc"
Rows = dict[str, str]
"""key → name"""


@dataclass(frozen=True)
class Delivery:
    """A file: which records of a day's export it holds, and what it is called; `tries` says what comes after it."""

    day: int
    records: tuple[str, ...]
    """keys, and 'x' for the broken record"""
    name: str
    follows: str
    """land, wait (the next file comes before the next ingest), or retry with the mapping that knows one null less"""


@dataclass(frozen=True)
class Course:
    """What the CRM held on each day, and how it was delivered."""

    days: tuple[Rows, ...]
    is_broken: tuple[bool, ...]
    deliveries: tuple[Delivery, ...]


@st.composite
def courses(draw: st.DrawFn) -> Course:
    # names of two letters only, so that states come back
    rows = st.dictionaries(st.sampled_from(KEYS), st.sampled_from("XY"), min_size=1)
    days = tuple(draw(st.lists(rows, min_size=3, max_size=3)))
    broken = tuple(draw(st.lists(st.booleans(), min_size=3, max_size=3)))
    deliveries: list[Delivery] = []
    for day, held_then in enumerate(days):
        records = [*held_then, *("x" if broken[day] else "")]
        parts = draw(st.lists(st.integers(0, 2), min_size=len(records), max_size=len(records)))
        volumes = {part: tuple(r for r, own in zip(records, parts, strict=True) if own == part) for part in sorted(set(parts))}
        again = draw(st.lists(st.sampled_from([*volumes.values(), tuple(records)]), max_size=2))
        for number, content in enumerate([*volumes.values(), *again]):
            deliveries.append(Delivery(day, content, f"teams{day}{number}", ""))
    order = draw(st.permutations(deliveries))
    follows = st.sampled_from(["land", "land", "wait", "wait", "retry"])
    return Course(days, broken, tuple(Delivery(d.day, d.records, d.name, draw(follows)) for d in order))


def check(course: Course) -> None:
    """However the exports arrive, raw tells exactly what the CRM held on each day, and its counts add up."""
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        plain, other = team_mapping(), team_mapping(nulls=("Y",))
        mapping = plain
        for delivery in course.deliveries:
            rows = course.days[delivery.day]
            lines = ["x,too,many" if key == "x" else f"{key},{rows[key]}" for key in delivery.records]
            home.put(f"{delivery.name}_2026030{delivery.day + 1}T000000Z.csv", "\n".join(["Id,Name", *lines]) + "\n")
            if delivery.follows == "wait":
                continue
            land_folder(mapping, home.landing, home.raw)
            if delivery.follows == "retry":
                mapping = other if mapping is plain else plain
                retry_loads(mapping, home.raw)
                _check_books(home)
        land_folder(mapping, home.landing, home.raw)
        for last, empty in ((other, "Y"), (plain, None)):
            retry_loads(last, home.raw)
            assert told(home.raw) == _expected(course, empty)
            assert quarantined(home.raw) == _broken(course)
            _check_books(home)
        assert retry_loads(plain, home.raw).loads == []
        # an extraction counts as complete, whatever file told it
        assert {load.extracted_at.day for load in held(home.raw) if load.full_exports == ["team"]} == {1, 2, 3}


def _expected(course: Course, empty: str | None) -> list[tuple[Any, ...]]:
    told_by_day = enumerate(course.days, 1)
    return sorted((key, day, "" if name == empty else name) for day, rows in told_by_day for key, name in rows.items())


def _broken(course: Course) -> list[tuple[Any, ...]]:
    return [(day, "too_many_fields", "x,too,many") for day, broken in enumerate(course.is_broken, 1) if broken]


def _check_books(home: Home) -> None:
    loads = held(home.raw)
    assert stored_twice(home.raw) == []
    assert [row for row in told(home.raw) if row[2] == "?"] == []
    assert all(file.is_balanced for load in loads for file in load.files)
    lenient = team_mapping().model_copy(update={"vanish_limit": 1.0})
    assert gate_faults(home.raw, {"crm": lenient}, [load.load_id for load in loads]) == []
