"""One mail as a message: text and HTML as alternatives, pictures inside, headers that nobody's data can break."""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from urllib.parse import quote

from salesops.errors import ConfigurationError
from salesops.reporting.recipients import is_address

MAX_HTML_BYTES = 100_000
"""Gmail clips what is longer."""


@dataclass(frozen=True)
class Picture:
    """An inline picture; `alt` states its finding."""

    name: str
    cid: str
    png: bytes
    alt: str


@dataclass(frozen=True)
class Sender:
    """The company's address of From, and the domain of message ids."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """Domain of the address."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Content:
    """What a mail says, to whomever."""

    subject: str
    text: str
    html: str
    pictures: Sequence[Picture]


@dataclass(frozen=True)
class Thread:
    """Where a mail belongs: its own id and those that it refers to, all derived from what it is."""

    message_id: str
    references: tuple[str, ...]


def parse_sender(mail_from: str) -> Sender:
    """The sender of SALESOPS_MAIL_FROM; raises ConfigurationError when it holds no address."""
    name, address = parseaddr(mail_from)
    if not is_address(address):
        raise ConfigurationError(f"SALESOPS_MAIL_FROM={mail_from} holds no mail address: write Name <name@domain>")
    return Sender(one_line(name), address)


def one_line(text: str) -> str:
    """The text without line breaks and control characters, as a header may hold it."""
    kept = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text)
    return " ".join(kept.split())


def digest(*parts: str) -> str:
    """A short id of texts, the same each time."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def thread_of(sender: Sender, report: str, period: str, recipient: str, content_hash: str, earlier: Sequence[str] = ()) -> Thread:
    """The thread of a report to a recipient: every mail of it refers to the same root, a correction to what it corrects."""
    who = recipient.lower()
    root = f"<{digest(report, who)}@{sender.domain}>"
    return Thread(f"<{digest(report, period, who, content_hash)}@{sender.domain}>", (root, *earlier))


def compose(content: Content, sender: Sender, thread: Thread, list_name: str) -> bytes:
    """The message as bytes with CRLF, without To and Date (see `address`); the same arguments give the same bytes.

    Raises ConfigurationError when the HTML is longer than mail programs show.
    """
    if (size := len(content.html.encode())) >= MAX_HTML_BYTES:
        raise ConfigurationError(
            f"{list_name}: {size} bytes of HTML, where mail programs cut at {MAX_HTML_BYTES}: shorten a section"
        )
    message = EmailMessage(policy=SMTP)
    message["Subject"] = one_line(content.subject)
    message["From"] = Address(display_name=sender.name, addr_spec=sender.address)
    message["Message-ID"] = thread.message_id
    message["References"] = " ".join(thread.references)
    message["List-Id"] = f"<{list_name}.{sender.domain}>"
    message["List-Unsubscribe"] = f"<mailto:{sender.address}?subject={quote(f'unsubscribe {list_name}')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(content.text, cte="quoted-printable")
    message.add_alternative(content.html, subtype="html", cte="quoted-printable")
    page = message.get_payload(1)
    assert isinstance(page, EmailMessage)
    for picture in content.pictures:
        page.add_related(
            picture.png, "image", "png", cid=f"<{picture.cid}>", filename=f"{picture.name}.png", disposition="inline"
        )
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{digest(thread.message_id, str(number))}")
    return message.as_bytes()


def address(message: bytes, to: str, intended_for: str, moment: datetime) -> bytes:
    """The message as it leaves: with To, which names the one it is meant for when it goes to another, and Date."""
    name = "" if to == intended_for else f"for {intended_for}"
    headers = f"To: {formataddr((name, to))}\r\nDate: {format_datetime(moment)}\r\n"
    return headers.encode() + message
