"""The fields of each object's CSV, and a record's values in them."""

from salesops.demo.clock import DAY, day_of, day_text, stamp
from salesops.demo.ids import NULL_ID
from salesops.demo.people import INTEGRATION_USER, TEAMS, People, Version, role_id

Row = list[str]


def fields(text: str) -> Row:
    """The names in a text, in order."""
    return text.split()


USER_FIELDS = fields(
    "Id Username LastName FirstName CompanyName Division Department Title Email IsActive TimeZoneSidKey UserRoleId LocaleSidKey "
    "LanguageLocaleKey EmailEncodingKey UserType ManagerId CreatedDate CreatedById LastModifiedDate LastModifiedById "
    "SystemModstamp DefaultCurrencyIsoCode Hire_Date__c Leave_Date__c"
)
ROLE_FIELDS = fields("Id Name ParentRoleId RollupDescription LastModifiedDate LastModifiedById SystemModstamp")
NOTE_FIELDS = fields("Id ParentId Title IsPrivate Body OwnerId IsDeleted CreatedDate CreatedById LastModifiedDate SystemModstamp")
RECORD_TYPE_FIELDS = fields("Id Name DeveloperName SobjectType IsActive CreatedDate SystemModstamp")
BOOLEAN = ("0", "1")
"""the Data Export writes a checkbox as 0 or 1"""


def flag(value: bool) -> str:
    return BOOLEAN[value]


def money(cents: object) -> str:
    """Cents as Salesforce writes an amount: 12500.0, 980.45."""
    if not isinstance(cents, int):
        return ""
    whole, rest = divmod(cents, 100)
    return f"{whole}.{rest:02}".removesuffix("0") if rest else f"{whole}.0"


def user_row(people: People, version: Version, moment: int, reader: str) -> Row:
    """A user as of a moment; `reader` is the id that system fields name."""
    first = people.versions[version.person][0]
    is_there = first.left is None or moment // DAY <= first.left
    hired = first.hired * DAY + 7 * 3600
    changes = [hired, version.since * DAY + 6 * 3600 if version.since else hired]
    if not is_there and first.left is not None:
        changes.append((first.left + 1) * DAY)
    modified = stamp(max(changes))
    return [
        people.user_ids[version.person],
        version.email,
        version.last_name,
        version.first_name,
        "Northwind Demo GmbH",
        version.region,
        version.team,
        version.title,
        version.email,
        flag(is_there),
        version.time_zone,
        role_id(version.team),
        version.locale,
        version.locale[:2] if version.locale[:2] in ("de", "th") else "en_US",
        "UTF-8",
        "AutomatedProcess" if version.person == INTEGRATION_USER else "Standard",
        people.user_ids[version.manager] if version.manager else NULL_ID,
        stamp(hired),
        reader,
        modified,
        reader,
        modified,
        "EUR",
        day_text(first.hired),
        day_text(first.left) if first.left is not None and not is_there else "",
    ]


def role_rows(moment: int, reader: str) -> list[Row]:
    """The roles as of a moment: the team for the Nordics is formed with the reorganisation."""
    formed = day_of(2026, 2, 16) * DAY + 6 * 3600
    founded = stamp(day_of(2018, 1, 2) * DAY)
    rows = []
    for team in TEAMS:
        if team == "Sales Nordics" and moment < formed:
            continue
        parent = NULL_ID if team == TEAMS[0] else role_id(TEAMS[0])
        at = stamp(formed) if team == "Sales Nordics" else founded
        rows.append([role_id(team), team, parent, team, at, reader, at])
    return rows
