"""How records point to one another: by kind, serial number and the name that people use."""

from salesops.demo.accounts import Account, Contact
from salesops.demo.leads import Lead
from salesops.demo.people import People, Version
from salesops.demo.values import Ref


def user(people: People, person: int) -> Ref:
    """A user by number."""
    name = " ".join(latin_name(people.versions[person][0])).strip() if person else people.name(person)
    return Ref("user", person, name)


def latin_name(version: Version) -> tuple[str, str]:
    """First and last name in Latin letters, which is all that a spreadsheet of quotas in windows-1252 can hold."""
    try:
        version.name.encode("cp1252")
    except UnicodeEncodeError:
        first, _, last = version.email.partition("@")[0].partition(".")
        return first.title(), last.title()
    return version.first_name, version.last_name


def account_ref(account: Account) -> Ref:
    return Ref("account", account.number + 1, account.name)


def contact_ref(contact: Contact) -> Ref:
    return Ref("contact", contact.serial, full_name(contact))


def full_name(person: Contact | Lead) -> str:
    return f"{person.first_name} {person.last_name}"
