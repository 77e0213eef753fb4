"""Fixtures of the tests of ingest."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ingest_home import Home

from salesops.ingest.mapping import Mapping


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def mapping_of() -> Callable[..., Mapping]:
    """A mapping of one CSV to a team: id and name; anything else by keyword."""

    def build(entry: dict[str, Any] | None = None, **top: Any) -> Mapping:
        base = {
            "match": "teams*.csv",
            "entity": "team",
            "full_export": True,
            "columns": {"team_id": "Id", "team_name": "Name"},
        }
        return Mapping.model_validate({"source": "crm", "files": [base | (entry or {})]} | top)

    return build
