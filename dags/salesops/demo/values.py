"""What the records of any CRM are made of, before a format says how each value is written."""

from dataclasses import dataclass


class Moment(int):
    """UTC seconds."""


class Day(int):
    """Days since 1970."""


class Cents(int):
    """Money, in the currency that the record names."""


class Percent(int):
    """A hundred is the whole."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Another record: its kind, its serial number within the kind, and the name that people know it by."""

    kind: str
    serial: int
    name: str = ""


Record = dict[str, object]
Named = tuple[str, Record]
"""a record and its kind"""


def moment_or_none(value: int | None, until: int) -> Moment | None:
    """The moment, unless it is still to come."""
    return Moment(value) if value is not None and value <= until else None
