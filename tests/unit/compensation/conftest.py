"""The commission models, compiled once."""

import pytest
from commission_bench import CommissionBench

from salesops.warehouse.cases_models import CompiledProject


@pytest.fixture(scope="session")
def commission(compiled_project: CompiledProject) -> CommissionBench:
    return CommissionBench(compiled_project)
