"""The reader: clean CSV as Python's csv module reads it, at any speed; broken records alone, and none of their neighbours."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from salesops.ingest.reader import Layout, Reader
from salesops.ingest.records import Fault, Structure, parse

TEXT = st.text(st.sampled_from("ab1 ,;\t\"'\n\r|éشไ.-"), max_size=6)
SHAPES = [(",", "\n"), (";", "\r\n"), ("\t", "\n"), ("|", "\r\n")]
MODEST = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(rows: list[list[str]], delimiter: str, line_end: str) -> str:
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return target.getvalue()


def read(
    path: Path, width: int, delimiter: str = ",", encoding: str = "utf-8", piece: int = 1 << 20
) -> tuple[list, list[Fault], Reader]:
    header = tuple(f"c{number}" for number in range(width))
    faults: list[Fault] = []
    layout = Layout(encoding, Structure(delimiter, '"', None, width), header, has_header=True)
    reader = Reader(path, layout, tuple(range(width)), faults.append, with_raw=False, piece=piece)
    rows = [tuple(row.values()) for batch in reader.batches() for row in batch.to_pylist()]
    return rows, faults, reader


def expected(text: str, delimiter: str) -> list[tuple[str | None, ...]]:
    """Fields and first line of each record, by Python's csv module."""
    records, source, line = [], csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1
    for row in source:
        records.append((*(field or None for field in row), line))
        line = source.line_num + 1
    return records[1:]


@given(rows=st.lists(st.lists(TEXT, min_size=3, max_size=3), max_size=8), shape=st.sampled_from(SHAPES), piece=st.integers(1, 60))
@MODEST
def test_every_table_that_csv_writes_is_read_back_whatever_the_pieces(
    tmp_path: Path, rows: list[list[str]], shape: tuple[str, str], piece: int
) -> None:
    # a lone CR within a field is a line end to csv's own line count, so lines are compared without it
    rows = [["x" + row[0].replace("\r", ""), row[1].replace("\r", ""), row[2].replace("\r", "")] for row in rows]
    text = written([["h1", "h2", "h3"], *rows], *shape)
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8", newline="")
    for size in (piece, 1 << 20):
        found, faults, reader = read(path, 3, shape[0], piece=size)
        assert found == expected(text, shape[0])
        assert faults == []
        assert reader.records == len(rows)


@given(rows=st.lists(st.lists(TEXT, min_size=3, max_size=3), min_size=1, max_size=8), shape=st.sampled_from(SHAPES))
@MODEST
def test_the_fast_path_and_the_exact_one_agree(tmp_path: Path, rows: list[list[str]], shape: tuple[str, str]) -> None:
    rows = [["x" + row[0].replace("\r", ""), row[1].replace("\r", ""), row[2].replace("\r", "")] for row in rows]
    text = written([["h1", "h2", "h3"], *rows], *shape)
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8", newline="")
    found, _, reader = read(path, 3, shape[0])
    exact = parse(text, 1, Structure(shape[0], '"', None, 3), is_last=True)
    assert reader.fast == len(rows)
    assert found == [(*(field or None for field in row), line) for row, line in zip(exact.rows[1:], exact.lines[1:], strict=True)]


BROKEN = {
    "1,2": "too_few_fields",
    "1,2,3,4": "too_many_fields",
    '1,"open,3': "unclosed_quote",
    '1,"a"b,3': "stray_quote",
    "": "blank_line",
}


@given(
    good=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=6),
    bad=st.sampled_from(sorted(BROKEN)),
    place=st.integers(0, 6),
    piece=st.integers(1, 80),
)
@example(good=[("", ",1")], bad='1,"open,3', place=0, piece=1)
@MODEST
def test_a_broken_record_takes_no_neighbour_along(
    tmp_path: Path, good: list[tuple[str, str]], bad: str, place: int, piece: int
) -> None:
    # a quoted neighbour is fine; only line ends within fields would make "line" ambiguous here
    rows = [["x", *("".join(char for char in field if char not in "\r\n") for field in pair)] for pair in good]
    lines = written(rows, ",", "\n").splitlines(keepends=True)
    place = min(place, len(lines))
    path = tmp_path / "table.csv"
    path.write_text("a,b,c\n" + "".join([*lines[:place], bad + "\n", *lines[place:]]), encoding="utf-8", newline="")
    found, faults, reader = read(path, 3, piece=piece)
    assert [row[:3] for row in found] == [tuple(field or None for field in row) for row in rows]
    assert [(fault.line, fault.reason) for fault in faults] == [(place + 2, BROKEN[bad])]
    assert faults[0].raw_text == bad
    assert reader.records == len(rows) + 1


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "Ünïcode 株式 شركة"),
        ("utf-8-sig", "Ünïcode 株式"),
        ("utf-16", "Ünïcode 株式 شركة"),
        ("utf-16-le", "Ünïcode"),
        ("utf-16-be", "شركة"),
        ("iso-8859-1", "Café Zürich"),
        ("windows-1252", "Café – “Zürich” €"),
        ("windows-1256", "شركة النور پارس"),
        ("windows-874", "บริษัทไทย"),
        ("tis-620", "บริษัทไทย"),
    ],
)
def test_every_encoding_reads_as_the_same_text(tmp_path: Path, encoding: str, name: str) -> None:
    codec = {"windows-874": "cp874"}.get(encoding, encoding)
    path = tmp_path / "table.csv"
    path.write_bytes(f'a,b,c\r\n1,{name},3\r\n2,"{name}\n{name}",3\r\n'.encode(codec))
    for piece in (1, 5, 1 << 20):
        found, faults, _ = read(path, 3, encoding=encoding, piece=piece)
        assert found == [("1", name, "3", 2), ("2", f"{name}\n{name}", "3", 3)]
        assert faults == []


@pytest.mark.parametrize(
    ("encoding", "content", "shown"),
    [
        ("utf-8", b"a,b,c\n1,\xff\xfe,3\n2,ok,3\n", "1,\\xff\\xfe,3"),
        ("windows-1252", b"a,b,c\n1,\x81,3\n2,ok,3\n", "1,\\x81,3"),
        ("tis-620", b"a,b,c\n1,\xdb\xfc,3\n2,ok,3\n", "1,\\xdb\\xfc,3"),
        ("utf-16-le", "a,b,c\n1,".encode("utf-16-le") + b"\x00\xd8" + ",3\n2,ok,3\n".encode("utf-16-le"), "1,\\x00\\xd8,3"),
    ],
)
def test_undecodable_bytes_reject_their_record_alone(tmp_path: Path, encoding: str, content: bytes, shown: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    found, faults, _ = read(path, 3, encoding=encoding)
    assert found == [("2", "ok", "3", 3)]
    assert [(fault.line, fault.reason, fault.raw_text) for fault in faults] == [(2, "undecodable_bytes", shown)]


def test_old_line_ends_are_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b,c\r1,2,3\r4,5,6")
    found, faults, _ = read(path, 3)
    assert found == [("1", "2", "3", 2), ("4", "5", "6", 3)]
    assert faults == []


def test_a_record_beyond_all_measure_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from salesops.ingest import reader, records

    monkeypatch.setattr(records, "RECORD_LIMIT", 1000)
    monkeypatch.setattr(reader, "RECORD_LIMIT", 1000)
    path = tmp_path / "table.csv"
    path.write_text("a,b,c\n1,2,3\n" + "x" * 5000 + ",2,3\n4,5,6\n" + '7,"' + "y" * 5000 + "\n8,9,10\n")
    found, faults, counted = read(path, 3, piece=100)
    assert found == [("1", "2", "3", 2), ("4", "5", "6", 4), ("8", "9", "10", 6)]
    assert [(fault.line, fault.reason) for fault in faults] == [(3, "record_too_long"), (5, "record_too_long")]
    assert counted.records == 5


def test_an_escape_character_takes_the_next_one_literally() -> None:
    parsed = parse('a\\,b,"c\\"d","e""f"\n', 1, Structure(",", '"', "\\", 3), is_last=True)
    assert parsed.rows == [["a,b", 'c"d', 'e"f']]


def test_a_quote_within_a_field_is_part_of_it_even_where_another_field_has_lines() -> None:
    text = 'a,"x\ny,z",12"\nb,2" pipe,c\n'
    assert parse(text, 1, Structure(",", '"', None, 3), is_last=True).rows == [["a", "x\ny,z", '12"'], ["b", '2" pipe', "c"]]


def test_the_second_line_of_a_damaged_record_is_no_record() -> None:
    structure = Structure(",", '"', None, 3)
    parsed = parse('1,"a","b""\nc",more,more\n2,y,z\n', 1, structure, is_last=True)
    assert (parsed.rows, [(fault.line, fault.reason) for fault in parsed.faults]) == ([["2", "y", "z"]], [(1, "too_many_fields")])


@pytest.mark.parametrize("piece", [1, 5, 20, 25, 1 << 20])
def test_where_the_pieces_end_decides_nothing_about_a_quote_left_open(tmp_path: Path, piece: int) -> None:
    path = tmp_path / "table.csv"
    path.write_text('a,b,c\n1,"open\nx,",y,z\nmore",w\n2,y,z\n')
    found, faults, _ = read(path, 3, piece=piece)
    # nothing tells which quote is too many: no record is made up from the lines between
    assert found == [("2", "y", "z", 5)]
    assert [(fault.line, fault.reason) for fault in faults] == [(2, "too_many_fields"), (4, "too_few_fields")]


def test_a_damaged_record_of_several_lines_takes_no_neighbour_along() -> None:
    parsed = parse("k1|'''ba\n|a|'\nk2|'''|x'|y|z\n", 1, Structure("|", "'", None, 4), is_last=True)
    assert parsed.rows == [["k2", "'|x", "y", "z"]]
    assert [(fault.line, fault.reason) for fault in parsed.faults] == [(1, "too_few_fields")]
