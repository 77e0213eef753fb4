"""The models of business time, over calendars and instants that a test writes out."""

import pytest
from response_bench import ResponseBench

from salesops.warehouse.cases_models import CompiledProject


@pytest.fixture(scope="session")
def response_bench(compiled_project: CompiledProject) -> ResponseBench:
    return ResponseBench(compiled_project)
