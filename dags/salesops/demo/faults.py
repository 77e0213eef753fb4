"""Records that are broken on purpose, each in its own way, and where they ended up.

They stand in the last base export alone. Each replaces a record that has not changed since the export before, so that
the version before still tells the truth, or comes in addition; the export after has them right again. With a single
export there is no version before, and nothing is broken.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass

from salesops.demo.csv_files import CsvFile, csv_line
from salesops.demo.rows import Row

SPACING = 40
"""at least so many lines lie between broken records of a file"""


@dataclass(frozen=True)
class Fault:
    """A record that must end in quarantine: the export's file, the file in it, line from 1, reason code of ingest."""

    source: str
    file: str
    line: int
    reason: str
    what: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True)
class Breakage:
    """How one record of a file is broken; `replaces` false puts the text before a sound record."""

    file: str
    reason: str
    what: str
    text: Callable[[Row, Row], str]
    replaces: bool = True
    is_last: bool = False
    """at the very end of the file"""


def _with(field: str, value: str) -> Callable[[Row, Row], str]:
    def text(header: Row, row: Row) -> str:
        place = header.index(field)
        return csv_line([*row[:place], value, *row[place + 1 :]])

    return text


def _unescaped(header: Row, row: Row) -> str:
    place = header.index("Subject")
    return csv_line([*row[:place], "§", *row[place + 1 :]]).replace("§", 'Call "urgent", then mail')


BREAKAGES = (
    Breakage("Opportunity.csv", "bad_number", "an amount with letters for zeros", _with("Amount", "12,5OO.OO")),
    Breakage("Opportunity.csv", "bad_date", "a close date that no calendar has", _with("CloseDate", "2026-02-30")),
    Breakage("Opportunity.csv", "missing_value", "no stage", _with("StageName", "")),
    Breakage("Account.csv", "too_few_fields", "cut off after five fields", lambda header, row: csv_line(row[:5])),
    Breakage("Contact.csv", "damaged_id", "an id that went through a spreadsheet", _with("Id", "3.00503E+14")),
    Breakage("Contact.csv", "undecodable_bytes", "a name in another encoding", _with("LastName", "M\udcfcller")),
    Breakage("Lead.csv", "too_many_fields", "a field too many", lambda header, row: csv_line([*row, "EMEA"])),
    Breakage("Lead.csv", "bad_timestamp", "an hour that no clock has", _with("CreatedDate", "2026-03-07T25:61:00.000Z")),
    Breakage("Task.csv", "missing_key", "no id", _with("Id", "")),
    Breakage("Task.csv", "stray_quote", "quotation marks that are not doubled", _unescaped),
    Breakage("LeadHistory.csv", "repeated_header", "the header again", lambda header, row: csv_line(header), replaces=False),
    Breakage("OpportunityFieldHistory.csv", "blank_line", "an empty line", lambda header, row: "\n", replaces=False),
    Breakage(
        "Event.csv",
        "unclosed_quote",
        "cut in the middle of a quoted field",
        lambda header, row: csv_line(row)[: len(csv_line(row[:4])) - 3],
        is_last=True,
    ),
)


class FaultPlanter:
    """Breaks records of one export as they are written; `place` precedes a file's name in the export."""

    def __init__(self, place: str, source: str = "salesforce", breakages: Iterable[Breakage] = BREAKAGES) -> None:
        self.place, self.source = place, source
        self.faults: list[Fault] = []
        self._pending: dict[str, list[Breakage]] = {}
        for breakage in breakages:
            self._pending.setdefault(breakage.file, []).append(breakage)
        self._next: dict[str, int] = {}
        self._last: list[tuple[CsvFile, Row, Breakage]] = []

    def wants(self, file: CsvFile) -> bool:
        """True while a record of the file is still to be broken."""
        return file.line > self._next.get(file.name, SPACING) and bool(self._pending.get(file.name))

    def plant(self, file: CsvFile, row: Row) -> bool:
        """Break this record, or put something before it; true when the record itself is used up."""
        breakage = self._pending[file.name].pop(0)
        if breakage.is_last:
            self._last.append((file, row, breakage))
            return True
        self._write(file, row, breakage)
        return breakage.replaces

    def finish(self) -> None:
        """Write what stands at the very end of files."""
        for file, row, breakage in self._last:
            self._write(file, row, breakage)

    def _write(self, file: CsvFile, row: Row, breakage: Breakage) -> None:
        line = file.write(breakage.text(file.fields, row))
        self._next[file.name] = line + SPACING
        self.faults.append(Fault(self.source, f"{self.place}{file.name}", line, breakage.reason, breakage.what))
