"""Which part shows a model, and which parts stand on which."""

from pathlib import Path

import pytest

from salesops.orchestration.mart_graph import MartGraph, read_mart_graph


@pytest.fixture
def graph(tmp_path: Path) -> MartGraph:
    models = {
        "staging/stg_deals": "select * from {{ source('raw', 'deal') }}",
        "intermediate/int_deals": "select * from {{ ref('stg_deals') }}",
        "marts/core/dim_rep": 'select * from {{ ref("stg_deals") }}',
        "marts/core/fct_deals": "select * from {{ ref('int_deals') }} join {{ ref('salesops', 'dim_rep') }}",
        "intermediate/int_wins": "select * from {{ ref('fct_deals') }} -- not {{ ref('rates') }}",
        "marts/funnel/rates": "{# {{ ref('rpt_summary') }} #} select * from {{ ref('int_wins') }} join {{ref('dim_rep')}}",
        "intermediate/int_unread": "select * from {{ ref('fct_deals') }}",
        "reports/rpt_summary": "select * from {{ ref('rates') }}",
    }
    for name, sql in models.items():
        path = tmp_path / "models" / f"{name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sql, encoding="utf-8")
    return read_mart_graph(tmp_path)


def test_parts_follow_what_they_stand_on(graph: MartGraph) -> None:
    assert graph.parts == ("staging", "core.dim_rep", "core.fct_deals", "funnel.rates", "reports")


def test_a_part_follows_the_nearest_alone(graph: MartGraph) -> None:
    assert graph.upstream == {
        "staging": (),
        "core.dim_rep": ("staging",),
        "core.fct_deals": ("core.dim_rep",),
        "funnel.rates": ("core.fct_deals",),
        "reports": ("funnel.rates",),
    }


def test_models_between_marts_belong_to_the_mart_that_reads_them_first(graph: MartGraph) -> None:
    assert graph.part_of_model == {
        "stg_deals": "staging",
        "int_deals": "staging",
        "dim_rep": "core.dim_rep",
        "fct_deals": "core.fct_deals",
        "int_wins": "funnel.rates",
        "rates": "funnel.rates",
        "int_unread": "reports",
        "rpt_summary": "reports",
    }


def test_a_model_read_by_an_early_and_a_late_mart_makes_no_circle(tmp_path: Path) -> None:
    models = {
        "marts/core/a": "select 1",
        "intermediate/int_x": "{{ ref('a') }}",
        "intermediate/int_y": "{{ ref('int_x') }}",
        "marts/core/b": "{{ ref('int_x') }}",
        "marts/core/c": "{{ ref('int_y') }} {{ ref('b') }}",
    }
    for name, sql in models.items():
        path = tmp_path / "models" / f"{name}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sql, encoding="utf-8")
    graph = read_mart_graph(tmp_path)
    assert graph.parts == ("staging", "core.a", "core.b", "core.c")
    assert graph.part_of_model["int_x"] == "core.a"
