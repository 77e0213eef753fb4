"""One export of a CRM in the format of its table: the records of a side of the company, as of a moment."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from salesops.demo import sales_records
from salesops.demo.accounts import Account
from salesops.demo.csv_files import CsvFile, csv_line, spare_line
from salesops.demo.export import pack_zip
from salesops.demo.faults import Breakage as Planted
from salesops.demo.faults import Fault, FaultPlanter
from salesops.demo.formats import Breakage, Format, named
from salesops.demo.leads import Lead
from salesops.demo.people import People
from salesops.demo.rows import Row
from salesops.demo.touches import Touch
from salesops.demo.values import Named


@dataclass(frozen=True)
class Side:
    """Which records of the company a CRM holds: those that belong to no account, an account's, and a lead's."""

    fixed: Callable[[People, int], Iterator[Named]]
    of_account: Callable[[Account, list[list[Touch]], People, int], Iterator[Named]]
    of_lead: Callable[[Lead, People, int], Iterator[Named]]


SALES = Side(sales_records.fixed_records, sales_records.of_account, sales_records.of_lead_alone)


class CrmExport:
    """Collects the records of one export and puts its files into `landing`; `before` is the moment of the export before,
    when records break."""

    def __init__(
        self, form: Format, side: Side, landing: Path, workspace: Path, people: People, moment: int, before: int | None = None
    ) -> None:
        self.form, self.side, self.landing, self.people = form, side, landing, people
        self.moment = form.export_moment(moment)
        self.before = form.export_moment(before) if before is not None else None
        self.folder = workspace / f"{form.source}-{moment}"
        self.line = csv_line if form.quote == "all" else spare_line
        self.columns = [file.all_columns() for file in form.files]
        self.files = [
            CsvFile(self.folder, named(file.name, self.moment), list(columns), self.line, form.encoding, form.line_end)
            for file, columns in zip(form.files, self.columns, strict=True)
        ]
        self.by_kind: dict[str, list[int]] = {}
        for place, file in enumerate(form.files):
            self.by_kind.setdefault(file.records, []).append(place)
        container = f"{named(form.container, self.moment)}/" if form.container else ""
        self.planter = FaultPlanter(container, form.source, self._breakages()) if before is not None else None
        self._add(lambda moment: side.fixed(people, moment))

    @property
    def faults(self) -> list[Fault]:
        """The records broken so far."""
        return self.planter.faults if self.planter else []

    def add_account(self, account: Account, touches: list[list[Touch]]) -> None:
        """Everything that hangs on an account, as of the export's moment."""
        self._add(lambda moment: self.side.of_account(account, touches, self.people, moment))

    def add_lead(self, lead: Lead) -> None:
        """A lead that did not become an opportunity."""
        self._add(lambda moment: self.side.of_lead(lead, self.people, moment))

    def pack(self) -> None:
        """Put the files into the landing folder."""
        if self.planter:
            self.planter.finish()
        for file in self.files:
            file.close()
        if self.form.container:
            pack_zip(self.landing / named(self.form.container, self.moment), self.files, self.moment)
        else:
            for file in self.files:
                target = self.landing / file.name
                target.parent.mkdir(parents=True, exist_ok=True)
                file.path.rename(target)
        shutil.rmtree(self.folder)

    def _add(self, records: Callable[[int], Iterator[Named]]) -> None:
        for place, row in self._rows(records(self.moment)):
            file = self.files[place]
            if (
                self.planter is None
                or not self.planter.wants(file)
                or (place, row) not in self._rows(records(self.before or 0))
                or not self.planter.plant(file, row)
            ):
                file.write(self.line(row))

    def _rows(self, records: Iterator[Named]) -> Iterator[tuple[int, Row]]:
        for kind, record in records:
            for place in self.by_kind.get(kind, ()):
                if self.form.files[place].takes(record):
                    yield place, self.form.row(self.columns[place], record)

    def _breakages(self) -> Iterator[Planted]:
        names = {file.name: written.name for file, written in zip(self.form.files, self.files, strict=True)}
        for breakage in self.form.breakages:
            yield Planted(names[breakage.file], breakage.reason, breakage.what, partial(self._broken, breakage))

    def _broken(self, breakage: Breakage, header: Row, row: Row) -> str:
        if breakage.cut:
            return self.line(row[: breakage.cut])
        place = header.index(breakage.column)
        return self.line([*row[:place], breakage.value, *row[place + 1 :]])


def is_written(form: Format, landing: Path, moment: int) -> bool:
    """Whether the export of a moment lies in the landing folder already."""
    names = [form.container] if form.container else [file.name for file in form.files]
    return all((landing / named(name, form.export_moment(moment))).exists() for name in names)
