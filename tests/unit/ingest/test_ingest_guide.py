"""The guide names every word of a mapping and every reason."""

from pathlib import Path

from salesops.ingest.column_spec import ColumnSpec, NumberForm
from salesops.ingest.mapping import Dialect, Extraction, FileEntry, Mapping
from salesops.ingest.reasons import REASONS

GUIDE = (Path(__file__).parents[3] / "docs" / "ingest.md").read_text(encoding="utf-8")


def test_every_reason_is_explained() -> None:
    assert [name for name in REASONS if f"| `{name}` | {REASONS[name]} |" not in GUIDE] == []


def test_every_word_of_a_mapping_is_explained() -> None:
    models = (Mapping, Extraction, FileEntry, ColumnSpec, Dialect, NumberForm)
    words = {field.alias or name for model in models for name, field in model.model_fields.items()}
    assert sorted(word for word in words if word not in GUIDE) == []
