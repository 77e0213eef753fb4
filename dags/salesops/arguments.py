"""Days and instants as the command line gives them."""

from datetime import date, datetime

from salesops.errors import ConfigurationError


def as_date(text: str | None) -> date | None:
    """A day from the command line. Raises ConfigurationError for anything but an ISO date."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigurationError(f"--as-of {text} is no date: write it like 2026-01-31") from error


def as_instant(text: str | None) -> datetime | None:
    """An instant from the command line. Raises ConfigurationError for anything but an ISO time with its offset."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigurationError(f"--known-at {text} is no instant: write it like 2026-01-31T09:30:00Z") from error
    if found is not None and found.tzinfo is None:
        raise ConfigurationError(f"--known-at {text} has no offset: write it like 2026-01-31T09:30:00Z")
    return found
