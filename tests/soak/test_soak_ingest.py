"""Ingest, longer: fifty kills at random moments, and the law of landing over many random courses."""

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "ingest"))

from accidents import kill_and_check, moments, seconds_of_a_calm_run, three_exports
from ingest_home import Home
from landing_laws import Course, check, courses

KILLS = 50
COURSES = 150


@pytest.mark.timeout(3600)
def test_fifty_kills_at_random_moments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "calm").mkdir()
    calm = Home(tmp_path / "calm")
    three_exports(calm)
    span = seconds_of_a_calm_run(calm)
    for number, (loads, seconds) in enumerate(moments(KILLS, span, seed=50)):
        (tmp_path / str(number)).mkdir()
        home = Home(tmp_path / str(number))
        three_exports(home)
        outcome = kill_and_check(home, loads, seconds)
        with capsys.disabled():
            print(f"\nkilled {seconds:.2f} s after {loads} loads: {outcome}", end="")


@pytest.mark.timeout(3600)
@settings(max_examples=COURSES, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(courses())
def test_many_courses_of_exports(course: Course) -> None:
    check(course)
