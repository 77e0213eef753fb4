"""Delivery to real SMTP servers: one that takes, refuses for now or for good, and one that hangs up after DATA."""

import dataclasses
import email
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from companies import free_port

from salesops.errors import DeliveryError
from salesops.reporting.deliver import Clock, deliver
from salesops.reporting.enqueue import Letter, Policy, enqueue
from salesops.reporting.mail import Content, Picture, Sender
from salesops.reporting.outbox import Outbox
from salesops.settings import Settings, SmtpSettings

PASSWORD = "planted-pässword-7/"
RECIPIENTS = "allowed_domains: [example.com]\nrecipients:\n  - {address: ops@example.com, audiences: [operators]}\n"


class Server:
    """What an SMTP server answers, and what it took."""

    def __init__(self) -> None:
        self.took: list[tuple[str, bytes]] = []
        self.at_recipient: dict[str, list[str]] = {}
        self.at_data: dict[str, list[str]] = {}

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        if answers := self.at_recipient.get(address):
            return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (address,) = envelope.rcpt_tos
        if answers := self.at_data.get(address):
            return answers.pop(0)
        assert isinstance(envelope.content, bytes)
        self.took.append((address, envelope.content))
        return "250 2.0.0 taken"


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def port(server: Server) -> Iterator[int]:
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller.port
    controller.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "recipients.yml").write_text(RECIPIENTS)
    environ = {
        "SALESOPS_HOME": str(tmp_path / "home"),
        "SALESOPS_CONFIG": str(tmp_path / "config"),
        "SALESOPS_MAIL_FROM": "Salesops <salesops@example.com>",
    }
    return Settings.from_env(environ)


def at(settings: Settings, port: int, user: str = "") -> Settings:
    return dataclasses.replace(settings, smtp=SmtpSettings("127.0.0.1", port, user, PASSWORD if user else "", "none"))


def put(settings: Settings, *addresses: str) -> None:
    picture = Picture("chart", "chart@salesops", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "A finding")
    content = Content(
        "Bookings €212K behind", ".\n..\nText with a dot\n", '<p>Page</p><img src="cid:chart@salesops">', (picture,)
    )
    with Outbox(settings.outbox) as outbox:
        for address in addresses:
            letter = Letter("executive_summary", "week-2026-03-02", address, "hash", "build", content)
            enqueue(outbox, letter, Sender("Salesops", "salesops@example.com"), Policy(), datetime.now(UTC))


def states(settings: Settings) -> dict[str, str]:
    with Outbox(settings.outbox) as outbox:
        return {mail.recipient: mail.state for mail in outbox.find("report = 'executive_summary'")}


def impatient() -> Clock:
    return Clock(sleep=lambda seconds: time.sleep(0 if seconds > 1 else seconds))


def test_a_mail_arrives_whole(settings: Settings, server: Server, port: int) -> None:
    put(settings, "a@example.com", "b@example.com")
    assert deliver(at(settings, port)).sent == 2
    assert deliver(at(settings, port)).sent == 0
    assert [address for address, _ in server.took] == ["a@example.com", "b@example.com"]
    message = email.message_from_bytes(server.took[0][1], policy=SMTP_POLICY)
    text, page = message.iter_parts()  # type: ignore[attr-defined]
    assert text.get_content() == ".\r\n..\r\nText with a dot\r\n" or text.get_content() == ".\n..\nText with a dot\n"
    html, picture = page.iter_parts()
    assert "cid:chart@salesops" in html.get_content()
    assert picture.get_content() == b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
    assert message["Subject"] == "Bookings €212K behind"
    with Outbox(settings.outbox) as outbox:
        assert {mail.reply for mail in outbox.find()} == {"250 2.0.0"}


def test_a_refusal_for_good_leaves_the_others_and_is_told(settings: Settings, server: Server, port: int) -> None:
    server.at_recipient["a@example.com"] = ["550 5.1.1 no such user a@example.com"]
    server.at_data["b@example.com"] = ["554 5.7.1 looks like spam to b@example.com"]
    put(settings, "a@example.com", "b@example.com", "c@example.com")
    counts = deliver(at(settings, port))
    assert (counts.sent, counts.failed) == (2, 2)
    assert states(settings) == {"a@example.com": "failed", "b@example.com": "failed", "c@example.com": "sent"}
    assert [address for address, _ in server.took] == ["c@example.com", "ops@example.com"]
    assert b"550 5.1.1" in server.took[1][1]
    assert b"no such user" not in server.took[1][1]
    assert deliver(at(settings, port)).sent == 0


def test_a_refusal_for_now_is_tried_again(settings: Settings, server: Server, port: int) -> None:
    server.at_recipient["a@example.com"] = ["450 4.2.0 greylisted"]
    server.at_data["b@example.com"] = ["452 4.3.1 disk full"]
    put(settings, "a@example.com", "b@example.com")
    shift: list[float] = []
    clock = Clock(now=lambda: datetime.fromtimestamp(time.time() + sum(shift), UTC), sleep=shift.append)
    assert deliver(at(settings, port), clock=clock).sent == 2
    assert sorted(address for address, _ in server.took) == ["a@example.com", "b@example.com"]
    assert shift


class HangsUp(threading.Thread):
    """A server that takes everything, counts it, and hangs up: at `moment`, content (before its end) or reply (after it)."""

    def __init__(self, moment: str) -> None:
        super().__init__(daemon=True)
        self.moment = moment
        self.contents = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(20)
        self.port = self.listener.getsockname()[1]

    def run(self) -> None:
        with closing(self.listener):
            while True:
                try:
                    connection, _ = self.listener.accept()
                except OSError:
                    return
                with closing(connection), connection.makefile("rb") as lines:
                    self._converse(connection, lines)

    def _converse(self, connection: socket.socket, lines: Any) -> None:
        connection.sendall(b"220 here\r\n")
        for line in lines:
            verb = line[:4].upper()
            if verb == b"DATA":
                if self.moment == "data":
                    return
                connection.sendall(b"354 go on\r\n")
                for content in lines:
                    if self.moment == "content":
                        return
                    if content == b".\r\n":
                        break
                self.contents += 1
                return
            connection.sendall(b"250 fine\r\n")

    def stop(self) -> None:
        self.listener.close()


@pytest.mark.parametrize(("moment", "arrived"), [("reply", 1), ("content", 0)])
def test_a_reply_lost_after_data_is_unknown_and_never_sent_again(
    settings: Settings, moment: str, arrived: int, server: Server, port: int
) -> None:
    broken = HangsUp(moment)
    broken.start()
    put(settings, "a@example.com")
    with Outbox(settings.outbox) as outbox:
        assert outbox.counts() == {"rendered": 1}
    counts = deliver(at(settings, broken.port), reports=["executive_summary"])
    broken.stop()
    assert counts.unknown == 1
    assert broken.contents == arrived
    assert states(settings) == {"a@example.com": "unknown"}
    deliver(at(settings, port))
    assert [address for address, _ in server.took] == ["ops@example.com"]
    assert b"it may have arrived" in server.took[0][1]
    assert states(settings) == {"a@example.com": "unknown"}


def test_a_connection_lost_before_content_loses_nothing(settings: Settings, server: Server, port: int) -> None:
    broken = HangsUp("data")
    broken.start()
    put(settings, "a@example.com")
    with pytest.raises(DeliveryError, match="broke off"):
        deliver(at(settings, broken.port), clock=impatient())
    broken.stop()
    assert states(settings) == {"a@example.com": "rendered"}
    assert deliver(at(settings, port)).sent == 1


def test_no_server_keeps_the_mails_and_says_what_to_check(settings: Settings, server: Server, port: int) -> None:
    put(settings, "a@example.com")
    with pytest.raises(DeliveryError, match=r"SALESOPS_SMTP_HOST.*mails that wait in the outbox: 1"):
        deliver(at(settings, free_port()), clock=impatient())
    assert deliver(at(settings, port)).sent == 1


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_refused_login_names_no_password(settings: Settings) -> None:
    offered: list[bytes] = []

    def refuse(server: object, session: object, envelope: object, mechanism: object, data: Any) -> AuthResult:
        offered.append(data.password)
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 no {PASSWORD}".encode("ascii", "replace").decode())

    controller = Controller(
        Server(), hostname="127.0.0.1", port=free_port(), authenticator=refuse, auth_require_tls=False, auth_required=True
    )
    controller.start()
    put(settings, "a@example.com")
    try:
        with pytest.raises(DeliveryError, match="SALESOPS_SMTP_PASSWORD") as caught:
            deliver(at(settings, controller.port, user="me"))
    finally:
        controller.stop()
    assert offered == [PASSWORD.encode()]
    assert PASSWORD not in str(caught.value)
    assert PASSWORD not in repr(at(settings, 25, user="me"))
    assert PASSWORD.encode() not in (settings.outbox / "outbox.db").read_bytes()
    assert states(settings) == {"a@example.com": "rendered"}


KILLED = """
import sys
from salesops.reporting.deliver import deliver
from salesops.settings import Settings
deliver(Settings.from_env())
"""


class Waits(HangsUp):
    """A server that stops answering at a moment, so that the deliverer can be killed there."""

    def __init__(self, moment: str) -> None:
        super().__init__(moment)
        self.reached = threading.Event()
        self.go_on = threading.Event()

    def _converse(self, connection: socket.socket, lines: Any) -> None:
        connection.sendall(b"220 here\r\n")
        for line in lines:
            verb = line[:4].upper()
            if verb == b"RCPT" and self.moment == "recipient":
                break
            if verb == b"DATA":
                connection.sendall(b"354 go on\r\n")
                for content in lines:
                    if content == b".\r\n":
                        break
                self.contents += 1
                break
            connection.sendall(b"250 fine\r\n")
        self.reached.set()
        self.go_on.wait(20)


@pytest.mark.parametrize(
    ("moment", "state", "told"), [("recipient", "sent", "a@example.com"), ("reply", "unknown", "ops@example.com")]
)
def test_a_deliverer_killed_on_the_way(settings: Settings, server: Server, port: int, moment: str, state: str, told: str) -> None:
    waiting = Waits(moment)
    waiting.start()
    put(settings, "a@example.com")
    assert settings.config is not None
    environ = os.environ | {
        "SALESOPS_HOME": str(settings.home),
        "SALESOPS_CONFIG": str(settings.config),
        "SALESOPS_SMTP_HOST": "127.0.0.1",
        "SALESOPS_SMTP_PORT": str(waiting.port),
        "SALESOPS_SMTP_SECURITY": "none",
    }
    process = subprocess.Popen([sys.executable, "-c", KILLED], env=environ)
    assert waiting.reached.wait(60)
    assert states(settings) == {"a@example.com": "sending"}
    process.send_signal(signal.SIGKILL)
    process.wait()
    waiting.go_on.set()
    waiting.stop()
    assert deliver(at(settings, port)).sent == 1
    assert states(settings) == {"a@example.com": state}
    assert [address for address, _ in server.took] == [told]
    assert deliver(at(settings, port)).sent == 0
