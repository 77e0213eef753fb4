"""Business minutes between two instants, through the real models."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from model_bench import ModelBench, Row

from salesops.warehouse.cases_models import CompiledProject

INPUTS: dict[str, dict[str, str]] = {
    "stg_config__fiscal_calendar": {
        "fiscal_year": "integer", "fiscal_quarter": "integer", "fiscal_month": "integer", "start_date": "date",
        "end_date": "date",
    },
    "stg_config__working_calendars": {
        "calendar": "text", "weekdays": "text", "start_minute": "integer", "end_minute": "integer",
        "valid_from_date": "date", "valid_to_date": "date", "recorded_at": "timestamp",
    },
    "stg_config__holidays": {"calendar": "text", "holiday_date": "date"},
    "int_rep_calendars": {"calendar": "text", "time_zone": "text"},
    "stg_crm__leads": {"created_date": "date"},
    "int_lead_response_moments": {
        "lead_id": "integer", "calendar": "text", "time_zone": "text", "created_at": "timestamp", "assigned_at": "timestamp",
        "touched_at": "timestamp",
    },
}  # fmt: skip
FIRST_LEAD = "2025-12-01"
WORKDAYS, EVERY_DAY = "mon;tue;wed;thu;fri", "mon;tue;wed;thu;fri;sat;sun"


def minute(text: str) -> int:
    """Minutes since midnight of 09:00."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def hours(start: str, end: str, weekdays: str = WORKDAYS, calendar: str = "c", **validity: str) -> Row:
    """A row of working_calendars."""
    return {"calendar": calendar, "weekdays": weekdays, "start_minute": minute(start), "end_minute": minute(end), **validity}


@dataclass(frozen=True)
class Span:
    """From an instant in UTC to another, in a calendar and zone."""

    start: str | datetime
    end: str | datetime
    zone: str = "UTC"
    calendar: str = "c"


@dataclass
class ResponseBench:
    """The models from calendars and instants to minutes."""

    project: CompiledProject
    bench: ModelBench = field(init=False)

    def __post_init__(self) -> None:
        self.bench = ModelBench(self.project, INPUTS, ("int_lead_response_minutes",))

    def minutes(self, spans: Sequence[Span], calendars: Sequence[Row], holidays: Sequence[Row] = ()) -> list[float]:
        """The business minutes of each span, as a lead assigned at its start and touched at its end."""
        used = {(span.calendar, span.zone) for span in spans}
        found = self.bench.run(
            stg_config__working_calendars=calendars,
            stg_config__holidays=holidays,
            int_rep_calendars=[{"calendar": calendar, "time_zone": zone} for calendar, zone in sorted(used)],
            stg_crm__leads=[{"created_date": FIRST_LEAD}],
            int_lead_response_moments=[
                {
                    "lead_id": number, "calendar": span.calendar, "time_zone": span.zone, "created_at": span.start,
                    "assigned_at": span.start, "touched_at": span.end,
                }
                for number, span in enumerate(spans)
            ],
        )["int_lead_response_minutes"]  # fmt: skip
        return [row["response_minutes"] for row in sorted(found, key=lambda row: row["lead_id"])]
