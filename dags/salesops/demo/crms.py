"""The CRMs that the demo company may use: which export belongs to whom, and by which ids records are known."""

from pathlib import Path

from salesops.demo import marketing
from salesops.demo.accounts import Account
from salesops.demo.crm_export import SALES, CrmExport, Side, is_written
from salesops.demo.crm_names import DEFAULT
from salesops.demo.deals import Deal
from salesops.demo.export import Export, export_name
from salesops.demo.formats import read_format
from salesops.demo.people import People, user_id
from salesops.demo.references import account_ref, user
from salesops.demo.rows_accounts import account_id
from salesops.demo.rows_deals import opportunity_id
from salesops.demo.values import Ref

SALESFORCE = "salesforce"
MARKETING = Side(marketing.fixed_records, marketing.of_account, marketing.of_lead_alone)


def source_of_sales(crm: str) -> str:
    """The source that keeps the deals."""
    return crm.split("+")[0]


def user_key(crm: str, people: People, person: int) -> str:
    """A user as the warehouse knows it."""
    return f"{crm}:{user_id(person)}" if crm == SALESFORCE else read_format(crm).key(user(people, person))


def account_key(crm: str, account: Account) -> str:
    """An account as the warehouse knows it."""
    return f"{crm}:{account_id(account.number)}" if crm == SALESFORCE else read_format(crm).key(account_ref(account))


def deal_key(crm: str, deal: Deal) -> str:
    """A deal as the warehouse knows it."""
    if crm == SALESFORCE:
        return f"{crm}:{opportunity_id(deal.setting.serial)}"
    return read_format(crm).key(Ref("deal", deal.setting.serial, deal.name))


def planned_exports(
    crm: str, out: Path, workspace: Path, people: People, moment: int, before: int | None, with_answers: bool
) -> list[Export | CrmExport]:
    """The exports of a moment that are not there yet, and with answers also those that are, to be thrown away."""
    found: list[Export | CrmExport] = []
    sales = source_of_sales(crm)
    landing = _landing(out / sales, workspace, _is_there(sales, out / sales, moment), with_answers)
    if landing and sales == SALESFORCE:
        found.append(Export(landing / export_name(moment), workspace, people, moment, before))
    elif landing:
        found.append(CrmExport(read_format(sales), SALES, landing, workspace, people, moment, before))
    if crm == DEFAULT:
        form, folder = read_format("hubspot_marketing"), out / "hubspot"
        folder.mkdir(exist_ok=True)
        if not is_written(form, folder, moment):
            found.append(CrmExport(form, MARKETING, folder, workspace, people, moment))
    return found


def _is_there(sales: str, folder: Path, moment: int) -> bool:
    if sales == SALESFORCE:
        return (folder / export_name(moment)).exists()
    return is_written(read_format(sales), folder, moment)


def _landing(folder: Path, workspace: Path, is_there: bool, with_answers: bool) -> Path | None:
    """Where an export goes: nowhere when it is there, unless its answers are wanted."""
    if is_there and not with_answers:
        return None
    landing = workspace / "answers" if is_there else folder
    landing.mkdir(parents=True, exist_ok=True)
    return landing
