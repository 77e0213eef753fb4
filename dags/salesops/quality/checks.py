"""The outcome of one expectation: counts and words of the suite, never a value from the data."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Check:
    """One expectation, as it came out on one build."""

    suite: str
    expectation_id: str
    type: str
    schema: str
    table: str
    column: str | None
    """the column or columns it speaks of, separated by a comma; null for the table as a whole"""
    severity: str
    """critical stops the build, warning and info are reported only"""
    success: bool
    unexpected_count: int | None
    """rows that break it; null where it is about the table as a whole"""
    element_count: int | None
    """rows looked at"""
    reason: str
    remedy: str
    error: str | None = None
    """why it could not be evaluated, without a value from the data"""

    @property
    def stops(self) -> bool:
        """Whether this outcome keeps the build from being published."""
        return not self.success and self.severity == "critical"

    @property
    def place(self) -> str:
        """schema.table, with the column where there is one."""
        return f"{self.schema}.{self.table}" + (f" ({self.column})" if self.column else "")

    def sentence(self) -> str:
        """One line: check, table, count, reason and remedy."""
        if self.error:
            found = self.error
        elif self.unexpected_count is not None and self.element_count is not None:
            found = f"{self.unexpected_count} of {self.element_count} rows"
        elif self.element_count is not None:
            found = f"{self.element_count} rows"
        else:
            found = "not as expected"
        return f"{self.expectation_id} on {self.place}: {found}. {self.reason.rstrip('.')}. To do: {self.remedy}"

    def as_dict(self) -> dict[str, Any]:
        """What build.json and audit.json keep."""
        return asdict(self) | {"sentence": self.sentence()}


def from_dict(record: dict[str, Any]) -> Check:
    """The check that `as_dict` wrote."""
    return Check(**{name: value for name, value in record.items() if name in Check.__dataclass_fields__})
