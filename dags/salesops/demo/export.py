"""One Data Export: a zip of CSV files that shows the CRM as of a moment. The same world gives the same bytes."""

import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from salesops.demo import rows, rows_accounts, rows_deals, rows_leads
from salesops.demo.accounts import Account
from salesops.demo.clock import DAY
from salesops.demo.csv_files import CsvFile, csv_line
from salesops.demo.faults import Fault, FaultPlanter
from salesops.demo.ids import ORGANISATION, salesforce_id
from salesops.demo.leads import Lead
from salesops.demo.people import People
from salesops.demo.rows import Row
from salesops.demo.touches import Touch

FILES = {
    "UserRole.csv": rows.ROLE_FIELDS,
    "User.csv": rows.USER_FIELDS,
    "RecordType.csv": rows.RECORD_TYPE_FIELDS,
    "Account.csv": rows_accounts.ACCOUNT_FIELDS,
    "Contact.csv": rows_accounts.CONTACT_FIELDS,
    "Lead.csv": rows_leads.LEAD_FIELDS,
    "LeadHistory.csv": rows_leads.LEAD_HISTORY_FIELDS,
    "Opportunity.csv": rows_deals.OPPORTUNITY_FIELDS,
    "OpportunityFieldHistory.csv": rows_deals.HISTORY_FIELDS,
    "Task.csv": rows_deals.TASK_FIELDS,
    "Event.csv": rows_deals.EVENT_FIELDS,
    "Note.csv": rows.NOTE_FIELDS,
}
ORGANISATION_ID = salesforce_id(ORGANISATION, 77)
BIG = 1 << 30
"""bytes of CSV from which a zip is packed fast rather than small"""


def pack_zip(target: Path, files: list[CsvFile], moment: int, compresslevel: int = 6) -> None:
    """Move closed files into a zip, all of one time."""
    part = target.with_name(f".{target.name}.part")
    written = datetime.fromtimestamp(moment, UTC)
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=compresslevel) as archive:
        for file in files:
            info = zipfile.ZipInfo(file.name, written.timetuple()[:6])
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            with file.path.open("rb") as source, archive.open(info, "w", force_zip64=True) as member:
                shutil.copyfileobj(source, member, 1 << 20)
            file.path.unlink()
    part.rename(target)


def export_name(moment: int) -> str:
    """The zip's name, which carries the time of the export."""
    return f"WE_{ORGANISATION_ID}_{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H-%M-%SZ}.zip"


class Export:
    """Collects the records of one export and packs them; `before` is the moment of the export before, when records break."""

    def __init__(self, target: Path, workspace: Path, people: People, moment: int, before: int | None = None) -> None:
        self.target, self.people, self.moment, self.before = target, people, moment, before
        self.folder = workspace / target.stem
        self.folder.mkdir()
        self.files = {name: CsvFile(self.folder, name, fields) for name, fields in FILES.items()}
        self.planter = FaultPlanter(f"{target.name}/") if before is not None else None
        for person in people.versions:
            version = people.at(person, moment // DAY)
            if version.hired * DAY <= moment:
                self._write("User.csv", rows.user_row(people, version, moment, rows_accounts.READER))
        for row in rows.role_rows(moment, rows_accounts.READER):
            self._write("UserRole.csv", row)
        for row in rows_deals.RECORD_TYPE_ROWS:
            self._write("RecordType.csv", row)

    @property
    def faults(self) -> list[Fault]:
        """The records broken so far."""
        return self.planter.faults if self.planter else []

    def add_account(self, account: Account, touches: list[list[Touch]]) -> None:
        """Everything that hangs on an account, as of the export's moment."""
        if account.created <= self.moment:
            self._add(lambda moment: _account_records(account, touches, self.people, moment))

    def add_lead(self, lead: Lead) -> None:
        """A lead that did not become an opportunity."""
        self._add(lambda moment: _lead_records(lead, self.people, moment))

    def _add(self, records: Callable[[int], Iterator[tuple[str, Row]]]) -> None:
        for name, row in records(self.moment):
            if self.planter is None or not self.planter.wants(self.files[name]):
                self._write(name, row)
            elif (name, row) in records(self.before or 0):
                self._break(name, row)
            else:
                self._write(name, row)

    def pack(self) -> None:
        """Write the zip and remove the CSV files."""
        if self.planter:
            self.planter.finish()
        size = 0
        for file in self.files.values():
            file.close()
            size += file.path.stat().st_size
        pack_zip(self.target, list(self.files.values()), self.moment, compresslevel=1 if size > BIG else 6)
        self.folder.rmdir()

    def _write(self, name: str, row: Row) -> None:
        self.files[name].write(csv_line(row))

    def _break(self, name: str, row: Row) -> None:
        if self.planter is not None and not self.planter.plant(self.files[name], row):
            self._write(name, row)


def _account_records(account: Account, touches: list[list[Touch]], people: People, moment: int) -> Iterator[tuple[str, Row]]:
    for row in rows_accounts.account_rows(account, people, moment):
        yield "Account.csv", row
    for row in rows_accounts.contact_rows(account, people, moment):
        yield "Contact.csv", row
    for row in rows_accounts.note_rows(account, people, moment):
        yield "Note.csv", row
    for lead in account.leads:
        yield from _lead_records(lead, people, moment)
    for deal, deal_touches in zip(account.deals, touches, strict=True):
        if not deal.is_there(moment):
            continue
        yield "Opportunity.csv", rows_deals.opportunity_row(deal, account, deal_touches, people, moment)
        for row in rows_deals.history_rows(deal, people, moment):
            yield "OpportunityFieldHistory.csv", row
        for name, row in rows_deals.touch_rows(deal, account, deal_touches, people, moment):
            yield f"{name}.csv", row


def _lead_records(lead: Lead, people: People, moment: int) -> Iterator[tuple[str, Row]]:
    if lead.created > moment:
        return
    yield "Lead.csv", rows_leads.lead_row(lead, people, moment)
    for row in rows_leads.lead_history_rows(lead, people, moment):
        yield "LeadHistory.csv", row
    for row in rows_leads.lead_task_rows(lead, people, moment):
        yield "Task.csv", row
