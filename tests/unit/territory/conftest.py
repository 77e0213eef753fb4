"""The territory models, compiled once."""

import pytest
from territory_bench import TerritoryBench

from salesops.warehouse.cases_models import CompiledProject


@pytest.fixture(scope="session")
def territory(compiled_project: CompiledProject) -> TerritoryBench:
    return TerritoryBench(compiled_project)
