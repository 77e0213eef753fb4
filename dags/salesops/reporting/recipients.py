"""Who gets what: recipients.yml, the people of the CRM, the allowed domains. The one place that decides it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from salesops.errors import ConfigurationError
from salesops.quality.yaml_lines import parse
from salesops.reporting.definitions import Audience, fault_line, placed
from salesops.settings import Settings

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")


def is_address(text: str) -> bool:
    """Whether the text is one bare mail address, without a name, a control character or a second address."""
    return bool(_ADDRESS.fullmatch(text)) and text.isprintable()


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Entry(_Strict):
    """A person or a mailbox of recipients.yml."""

    address: str | None = None
    rep: str | None = Field(default=None, pattern=r"^[^:\s]+:\S+$")
    audiences: list[Audience] = Field(min_length=1)
    locale: str = "en"

    @field_validator("address")
    @classmethod
    def _one_address(cls, value: str | None) -> str | None:
        if value is not None and not is_address(value):
            raise PydanticCustomError("address", "not one mail address: write name@domain")
        return value

    @model_validator(mode="after")
    def _address_or_rep(self) -> "Entry":
        if (self.address is None) == (self.rep is None):
            raise PydanticCustomError("entry", "give either address or rep")
        return self


class Recipients(_Strict):
    """recipients.yml."""

    allowed_domains: list[str] = Field(min_length=1)
    recipients: list[Entry]

    @field_validator("allowed_domains")
    @classmethod
    def _domains(cls, value: list[str]) -> list[str]:
        for domain in value:
            if "@" in domain or not domain.strip() or domain != domain.strip():
                raise PydanticCustomError("domain", "not a list of domains: write each without @, such as example.com")
        return [domain.lower() for domain in value]

    @model_validator(mode="after")
    def _within_domains(self) -> "Recipients":
        seen = set()
        for position, entry in enumerate(self.recipients):
            field = "address" if entry.address else "rep"
            key = str(getattr(entry, field)).lower()
            if key in seen:
                raise placed("stands here twice: join the audiences in one entry", "recipients", position, field)
            seen.add(key)
            if entry.address and not self.allows(entry.address):
                raise placed("outside allowed_domains: add the domain, or remove the entry", "recipients", position, field)
        return self

    def allows(self, address: str) -> bool:
        """Whether mail may go to the address's domain."""
        return address.rpartition("@")[2].lower() in self.allowed_domains


@dataclass(frozen=True)
class Person:
    """What dim_rep says of somebody now."""

    rep_id: str
    name: str | None
    email: str | None
    is_active: bool
    leave_date: date | None

    def has_left(self, as_of: date) -> bool:
        """Whether the CRM shows this person as gone on that day."""
        return not self.is_active or (self.leave_date is not None and self.leave_date <= as_of)


@dataclass(frozen=True)
class Recipient:
    """Where one mail goes, and in which language."""

    address: str
    locale: str


@dataclass(frozen=True)
class Resolved:
    """Recipients of an audience, and why others of it get nothing."""

    recipients: tuple[Recipient, ...]
    left_out: tuple[str, ...]
    """one line each, naming the entry and the reason"""


def recipients_file(settings: Settings) -> Path:
    """The company's recipients.yml where there is one, otherwise the shipped one."""
    return settings.config_file("", "recipients.yml", settings.reports / "recipients.yml")


def load_recipients(settings: Settings) -> Recipients:
    """recipients.yml; raises ConfigurationError with the first fault, `file:line: what: remedy`."""
    file = recipients_file(settings)
    document = parse(file)
    if not isinstance(document, dict):
        raise ConfigurationError(f"{file}:1: not a list of recipients: begin with `allowed_domains:`")
    try:
        return Recipients.model_validate(document)
    except ValidationError as error:
        raise ConfigurationError(fault_line(file, document, error)) from None


def resolve(recipients: Recipients, audience: str, people: Iterable[Person], as_of: date) -> Resolved:
    """Who of an audience gets mail on a day: not who left, not who has no address, nobody outside the allowed domains."""
    people = list(people)
    by_id = {person.rep_id: person for person in people}
    found: dict[str, Recipient] = {}
    left_out = []
    for entry in recipients.recipients:
        if audience not in entry.audiences:
            continue
        address, why = _address_of(entry, by_id, _by_email(people), recipients, as_of)
        if address is None:
            left_out.append(f"{entry.address or entry.rep}: {why}")
        else:
            found.setdefault(address.lower(), Recipient(address, entry.locale))
    return Resolved(tuple(found.values()), tuple(left_out))


def _address_of(
    entry: Entry, by_id: Mapping[str, Person], by_email: Mapping[str, list[Person]], recipients: Recipients, as_of: date
) -> tuple[str | None, str]:
    if entry.rep is not None:
        person = by_id.get(entry.rep)
        if person is None:
            return None, "no such person in the CRM"
        if person.has_left(as_of):
            return None, "left the company"
        if not person.email or not is_address(person.email):
            return None, "has no mail address in the CRM"
        if not recipients.allows(person.email):
            return None, "the address in the CRM is outside the allowed domains"
        return person.email, ""
    assert entry.address is not None
    same = by_email.get(entry.address.lower(), [])
    if same and all(person.has_left(as_of) for person in same):
        return None, "left the company"
    return entry.address, ""


def _by_email(people: Iterable[Person]) -> dict[str, list[Person]]:
    found: dict[str, list[Person]] = {}
    for person in people:
        if person.email:
            found.setdefault(person.email.lower(), []).append(person)
    return found
