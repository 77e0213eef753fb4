"""Any order, repetition, splitting and renaming of the same exports, with mappings that change between, tells the same."""

from hypothesis import HealthCheck, given, settings
from landing_laws import Course, Delivery, check, courses


@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(courses())
def test_however_exports_arrive_raw_tells_what_the_crm_held(course: Course) -> None:
    check(course)


def test_a_state_that_comes_back_in_a_late_load_between_two_mappings() -> None:
    # X, Y, X; the middle one comes last, and its volumes on both sides of a change of the mapping
    days = ({"a": "X", "b": "X"}, {"a": "Y", "b": "X"}, {"a": "X", "b": "X"})
    deliveries = (
        Delivery(2, ("a", "b"), "teams", "land"),
        Delivery(0, ("b", "a"), "teams", "retry"),
        Delivery(1, ("a",), "teams1", "retry"),
        Delivery(1, ("b", "x"), "teams2", "land"),
        Delivery(1, ("b", "x", "a"), "teams_again", "retry"),
    )
    check(Course(days, (False, True, False), deliveries))
