"""Ingest at length: many more damaged tables than `make test` has, and a field of 1 GiB.

SALESOPS_FUZZ_CASES sets the number of tables (50,000).
"""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "ingest"))
os.environ.setdefault("SALESOPS_FUZZ_CASES", "50000")

from ingest_home import Home
from test_fuzz import (
    session,
    test_a_file_lands_what_is_whole_and_quarantines_the_rest,
    test_the_reader_takes_what_is_whole_and_names_what_is_not,
)
from test_schema_drift import AFTER, Build, landed_apart, mapping_with, reasons, write_long_field

__all__ = [
    "mapping_with",
    "session",
    "test_a_file_lands_what_is_whole_and_quarantines_the_rest",
    "test_the_reader_takes_what_is_whole_and_names_what_is_not",
]

pytestmark = pytest.mark.timeout(3600)


@pytest.mark.parametrize("quote", ["", '"'], ids=["plain", "quoted"])
def test_a_field_of_a_gibibyte_is_quarantined_in_bounded_memory(tmp_path: Path, mapping_with: Build, quote: str) -> None:
    home = Home(tmp_path)
    write_long_field(home.landing / AFTER, 1024, quote)
    read, landed, quarantined, memory = landed_apart(home, mapping_with())
    assert (read, landed, quarantined) == (3, 2, 1)
    assert reasons(home) == [(3, "record_too_long", None)]
    assert memory < 1024
