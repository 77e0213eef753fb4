"""An account of the demo company with all that hangs on it."""

from dataclasses import dataclass, field

from salesops.demo.clock import DAY
from salesops.demo.deals import Deal
from salesops.demo.leads import Lead
from salesops.demo.regions import Region


@dataclass(frozen=True)
class Contact:
    """A person at an account."""

    serial: int
    first_name: str
    last_name: str
    email: str
    title: str
    created: int
    merged: int | None = None
    """moment of merging into the account's first contact"""


@dataclass
class Account:
    """An account with all that hangs on it; moments are UTC seconds."""

    number: int
    name: str
    region: Region
    country: str
    city: str
    postal_code: str
    industry: str
    currency: str
    employees: int
    growth: float
    created: int
    segment: str
    contacts: list[Contact] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    kinds: list[tuple[int, str]] = field(default_factory=list)
    owners: list[tuple[int, int]] = field(default_factory=list)
    duplicate: tuple[int, int] | None = None
    """a second record of it: created, merged"""

    @property
    def domain(self) -> str:
        return f"customer{self.number}.example"

    def employees_at(self, moment: int) -> int:
        """Counted anew on each anniversary."""
        years = max(0, (moment - self.created) // (365 * DAY))
        return max(5, int(self.employees * self.growth**years))

    def modified_at(self, moment: int) -> int:
        """The last change up to a moment."""
        anniversary = self.created + max(0, (moment - self.created) // (365 * DAY)) * 365 * DAY
        return max([anniversary, *(at for at, _ in (*self.kinds, *self.owners) if at <= moment)])
