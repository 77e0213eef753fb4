"""An export that is not what it was: each change lands right, is in quarantine, or is refused by one line that names it.

Bombs, paths out of a zip and links stand in test_containers.py, links and unfinished files of landing in test_land.py.
"""

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ingest_home import Home

from salesops.errors import InputError
from salesops.ingest import containers
from salesops.ingest.gate import gate_faults
from salesops.ingest.load import land_folder
from salesops.ingest.mapping import Mapping

Build = Callable[..., Mapping]
BEFORE, AFTER = "accounts_20260301T000000Z.csv", "accounts_20260302T000000Z.csv"
USUAL = "Id,Name,Revenue\na,Café,10\nb,Bar,20\n"
COLUMNS = {"account_id": "Id", "account_name": "Name", "annual_revenue": "Revenue"}


@pytest.fixture
def mapping_with() -> Callable[..., Mapping]:
    """The mapping of the usual export, UTF-8 with commas unless the entry says otherwise."""

    def build(**entry: Any) -> Mapping:
        usual = {"match": "accounts*.csv", "entity": "account", "full_export": True, "columns": COLUMNS}
        return Mapping.model_validate(
            {"source": "crm", "files": [usual | {"dialect": {"encoding": "utf-8", "delimiter": ","}} | entry]}
        )

    return build


def drift(home: Home, mapping: Mapping, content: str | bytes) -> tuple[int, int, int, int]:
    """Land the usual export, then the changed one of the day after; what became of the changed one."""
    home.put(BEFORE, USUAL)
    land_folder(mapping, home.landing, home.raw)
    home.put(AFTER, content)
    counts = land_folder(mapping, home.landing, home.raw)
    return counts.read, counts.landed, counts.quarantined, counts.repeated


def refused(home: Home, mapping: Mapping, content: str | bytes, words: str) -> None:
    """The changed export is refused in one line, and what was there stays as it was."""
    with pytest.raises(InputError, match=words) as error:
        drift(home, mapping, content)
    assert str(error.value).startswith(AFTER)
    assert "\n" not in str(error.value)
    assert len(home.loads("crm")) == 1


def reasons(home: Home) -> list[tuple[Any, ...]]:
    return home.query("select _line, reason, column_name from {quarantine} order by 1")


def test_a_column_more_refuses_the_file(home: Home, mapping_with: Build) -> None:
    refused(
        home, mapping_with(), "Id,Name,Revenue,Tier\na,A,10,gold\n", "has 'Tier', which the mapping of crm does not know: map it"
    )


def test_a_column_more_is_kept_where_the_mapping_says_so(home: Home, mapping_with: Build) -> None:
    assert drift(home, mapping_with(unmapped="keep"), "Id,Name,Revenue,Tier\na,Café,10,gold\nb,Bar,20,\n") == (2, 1, 0, 1)
    assert home.query("select _extra from {account} where _file = '" + AFTER + "'") == [('{"Tier":"gold"}',)]


def test_a_column_less_refuses_the_file(home: Home, mapping_with: Build) -> None:
    refused(
        home, mapping_with(), "Id,Name\na,A\n", "lacks 'Revenue', from which account.annual_revenue is read: export the column"
    )


def test_a_column_less_is_empty_where_it_is_optional(home: Home, mapping_with: Build) -> None:
    columns = COLUMNS | {"annual_revenue": {"from": "Revenue", "optional": True}}
    assert drift(home, mapping_with(columns=columns), "Id,Name\na,Café\n") == (1, 1, 0, 0)
    assert home.query(f"select annual_revenue from {{account}} where _file = '{AFTER}'") == [(None,)]


def test_a_renamed_column_refuses_the_file(home: Home, mapping_with: Build) -> None:
    refused(home, mapping_with(), "Id,Name,Turnover\na,A,10\n", "lacks 'Revenue'")


def test_another_order_of_columns_lands_the_same(home: Home, mapping_with: Build) -> None:
    assert drift(home, mapping_with(), "Revenue,Name,Id\n10,Café,a\n20,Bar,b\n") == (2, 0, 0, 2)


def test_a_column_twice_refuses_the_file(home: Home, mapping_with: Build) -> None:
    refused(home, mapping_with(), "Id,Name,Revenue,Revenue\na,A,10,11\n", "has 'Revenue' twice")


def test_another_case_of_the_header_refuses_the_file(home: Home, mapping_with: Build) -> None:
    refused(home, mapping_with(), "ID,NAME,REVENUE\na,A,10\n", "lacks 'Id', from which account.account_id is read")


@pytest.mark.parametrize("value", ["ten", "10 EUR", '"10,5"', "1e1", "2026-01-01", "true"])
def test_another_type_quarantines_each_record_and_stops_the_gate(home: Home, mapping_with: Build, value: str) -> None:
    mapping = mapping_with()
    content = "Id,Name,Revenue\n" + "".join(f"{number},A,{value}\n" for number in range(20))
    assert drift(home, mapping, content) == (20, 0, 20, 0)
    assert {row[1:] for row in reasons(home)} == {("bad_number", "annual_revenue")}
    (fault,) = gate_faults(home.raw, {"crm": mapping}, [home.loads("crm")[-1].load_id])[:1]
    assert f"{AFTER}: 20 of 20 records are in quarantine" in fault


def test_another_delimiter_than_the_named_one_refuses_the_file(home: Home, mapping_with: Build) -> None:
    refused(home, mapping_with(), USUAL.replace(",", ";"), "lacks 'Id'")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_another_delimiter_is_found_where_none_is_named(home: Home, mapping_with: Build, delimiter: str) -> None:
    assert drift(home, mapping_with(dialect={}), USUAL.replace(",", delimiter)) == (2, 0, 0, 2)
    assert [load.files[0].delimiter for load in home.loads("crm")] == [",", delimiter]


def test_another_encoding_than_utf_8_quarantines_what_it_cannot_hold(home: Home, mapping_with: Build) -> None:
    assert drift(home, mapping_with(), USUAL.encode("windows-1252")) == (2, 0, 1, 1)
    assert reasons(home) == [(2, "undecodable_bytes", None)]


def test_another_encoding_is_refused_where_none_is_named(home: Home, mapping_with: Build) -> None:
    refused(home, mapping_with(dialect={}), USUAL.encode("windows-1252"), "not UTF-8 .byte e9., and several one-byte encodings")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_another_unicode_is_found_where_none_is_named(home: Home, mapping_with: Build, encoding: str) -> None:
    assert drift(home, mapping_with(dialect={}), USUAL.encode(encoding)) == (2, 0, 0, 2)


def test_utf_16_where_utf_8_is_named_refuses_the_file(home: Home, mapping_with: Build) -> None:
    refused(home, mapping_with(), USUAL.encode("utf-16"), "the header line cannot be read .undecodable_bytes.")


def test_utf_16_without_its_mark_is_refused_where_it_is_named(home: Home, mapping_with: Build) -> None:
    home.put(AFTER, USUAL)
    with pytest.raises(InputError, match=rf"^{AFTER}: no UTF-16 with a byte order mark"):
        land_folder(mapping_with(dialect={"encoding": "utf-16"}), home.landing, home.raw)


@pytest.mark.parametrize("named", ["iso-8859-1", "windows-1252", "iso-8859-15"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_where_one_byte_is_named_refuses_the_file(home: Home, mapping_with: Build, named: str, encoding: str) -> None:
    mapping = mapping_with(dialect={"encoding": named})
    home.put(AFTER, USUAL.encode(encoding))
    with pytest.raises(InputError, match=f"the mapping names {named}, but the file reads as UTF: correct dialect.encoding"):
        land_folder(mapping, home.landing, home.raw)


@pytest.mark.parametrize(
    ("named", "codec", "word"), [("tis-620", "tis-620", "บริษัทไทยจำกัด"), ("windows-1256", "cp1256", "شركة النور")]
)
def test_a_one_byte_file_is_not_taken_for_unicode(home: Home, mapping_with: Build, named: str, codec: str, word: str) -> None:
    home.put(AFTER, f"Id,Name,Revenue\na,{word},10\n".encode(codec))
    land_folder(mapping_with(dialect={"encoding": named}), home.landing, home.raw)
    assert home.query("select account_name from {account}") == [(word,)]


@pytest.mark.parametrize(
    ("content", "words"),
    [("", "the file is empty"), ("\n", "header line cannot be read .blank_line."), ("a,Café,10\nb,Bar,20\n", "lacks 'Id'")],
)
def test_an_empty_file_or_a_lost_header_refuses_the_file(home: Home, mapping_with: Build, content: str, words: str) -> None:
    refused(home, mapping_with(), content, words)


def test_a_header_alone_lands_nothing_and_the_gate_asks_where_the_records_are(home: Home, mapping_with: Build) -> None:
    mapping = mapping_with()
    assert drift(home, mapping, "Id,Name,Revenue\n") == (0, 0, 0, 0)
    (fault,) = gate_faults(home.raw, {"crm": mapping}, [home.loads("crm")[-1].load_id])
    assert "2 of 2 account records of the export before are gone" in fault


@pytest.mark.parametrize("trailer", ["Total: 2", "(2 rows affected)", "-- end --"])
def test_a_trailer_is_quarantined(home: Home, mapping_with: Build, trailer: str) -> None:
    assert drift(home, mapping_with(), f"{USUAL}{trailer}\n") == (3, 0, 1, 2)
    assert reasons(home) == [(4, "too_few_fields", None)]


def test_a_trailer_with_all_its_fields_is_quarantined_where_its_key_is_empty(home: Home, mapping_with: Build) -> None:
    assert drift(home, mapping_with(), f"{USUAL},Total,30\n") == (3, 0, 1, 2)
    assert reasons(home) == [(4, "missing_key", "account_id")]


def test_half_a_file_lands_its_whole_records(home: Home, mapping_with: Build) -> None:
    assert drift(home, mapping_with(), USUAL[:-6]) == (2, 0, 1, 1)
    assert reasons(home) == [(3, "too_few_fields", None)]


def test_half_a_zip_is_left_and_named(home: Home, mapping_with: Build) -> None:
    path = home.put_zip("crm_20260302T000000Z.zip", {"accounts.csv": USUAL})
    path.write_bytes(path.read_bytes()[:-30])
    counts = land_folder(mapping_with(), home.landing, home.raw)
    assert (counts.loads, counts.left) == ([], ["crm_20260302T000000Z.zip: no whole zip yet"])


def test_a_zip_whose_middle_is_lost_is_refused(home: Home, mapping_with: Build) -> None:
    lines = "Id,Name,Revenue\n" + "".join(f"{number},A{number * 7919},1\n" for number in range(3000))
    path = home.put_zip("crm_20260302T000000Z.zip", {"accounts.csv": lines})
    content = path.read_bytes()
    path.write_bytes(content[:2000] + content[6000:])
    with pytest.raises(InputError, match=r"^crm_20260302T000000Z\.zip.*damaged"):
        land_folder(mapping_with(), home.landing, home.raw)


def test_a_bomb_within_a_zip_counts_from_the_outer_zip(home: Home, mapping_with: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "RATIO_FREE", 1024)

    def zipped(name: str, content: bytes) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(name, content)
        return target.getvalue()

    inner = zipped("accounts.csv", b"\0" * 20_000_000)
    outer = zipped("inner.zip", inner)
    # neither zip is a bomb by itself
    assert 250 * len(inner) > 20_000_000
    assert 250 * len(outer) > len(inner)
    home.put("crm_20260302T000000Z.zip", outer)
    with pytest.raises(InputError, match=r"inner\.zip: expands to 20,[\d,]+ bytes from"):
        land_folder(mapping_with(), home.landing, home.raw)


def test_a_path_out_of_a_zip_writes_nothing(home: Home, mapping_with: Build, tmp_path: Path) -> None:
    home.put_zip("crm_20260302T000000Z.zip", {"accounts.csv": USUAL, "../../outside.csv": USUAL})
    with pytest.raises(InputError, match="a path that leaves the folder: nothing of it was read"):
        land_folder(mapping_with(), home.landing, home.raw)
    assert list(tmp_path.parent.rglob("outside.csv")) == []


def test_a_link_to_a_folder_is_not_followed(home: Home, mapping_with: Build, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / BEFORE).write_text(USUAL)
    (home.landing / "more").symlink_to(outside)
    assert land_folder(mapping_with(), home.landing, home.raw).loads == []


LANDING = """
import resource, sys
from pathlib import Path
from salesops.ingest.load import land_folder
from salesops.ingest.mapping import Mapping

counts = land_folder(Mapping.model_validate_json(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
print(counts.read, counts.landed, counts.quarantined, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def landed_apart(home: Home, mapping: Mapping) -> tuple[int, int, int, int]:
    """Records read, landed and in quarantine, and the MiB that a process of its own took for it."""
    arguments = [mapping.model_dump_json(by_alias=True), str(home.landing), str(home.raw)]
    ended = subprocess.run([sys.executable, "-c", LANDING, *arguments], check=True, capture_output=True, text=True)
    read, landed, quarantined, memory = map(int, ended.stdout.split())
    return read, landed, quarantined, memory


def write_long_field(path: Path, mebibytes: int, quote: str) -> None:
    """The usual export with a name of so many MiB in its second record."""
    with path.open("w") as file:
        file.write(f"Id,Name,Revenue\na,A,10\nb,{quote}")
        for _ in range(mebibytes):
            file.write("x" * 1024 * 1024)
        file.write(f"{quote},20\nc,C,30\n")


@pytest.mark.parametrize("quote", ["", '"'], ids=["plain", "quoted"])
def test_a_field_beyond_all_measure_is_quarantined_in_bounded_memory(home: Home, mapping_with: Build, quote: str) -> None:
    """64 MiB; tests/soak has the same with 1 GiB."""
    write_long_field(home.landing / AFTER, 64, quote)
    read, landed, quarantined, memory = landed_apart(home, mapping_with())
    assert (read, landed, quarantined) == (3, 2, 1)
    assert reasons(home) == [(3, "record_too_long", None)]
    assert len(home.query("select raw_text from {quarantine}")[0][0]) < 70_000
    assert memory < 700
