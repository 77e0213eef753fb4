"""Handing one mail over to an SMTP server: every answer looked at, and what an answer means."""

import re
import smtplib
import ssl
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from salesops.errors import DeliveryError
from salesops.reporting.outbox import Mail
from salesops.settings import SmtpSettings

TIMEOUT_SECONDS = 60
_ENHANCED = re.compile(rb"^[245]\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True)
class Outcome:
    """What became of a mail: sent, refused for now, refused for good, or unknown."""

    state: str
    """sent, temporary, failed or unknown"""
    reply: str
    """code of the answer, without its words: they may name people"""


class ServerUnavailable(DeliveryError):
    """The server cannot be talked to at all; every mail waits."""

    def __init__(self, message: str, is_temporary: bool) -> None:
        super().__init__(message)
        self.is_temporary = is_temporary


class Transport(Protocol):
    """Somewhere mails go."""

    def send(self, mail: Mail, sender: str, to: str, message: bytes, before_content: Callable[[], None]) -> Outcome:
        """Hand one mail over; calls `before_content` when from then on it may arrive. Raises ServerUnavailable before that."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class SmtpTransport:
    """One connection, opened at the first mail and again after it broke."""

    def __init__(self, settings: SmtpSettings, timeout: float = TIMEOUT_SECONDS) -> None:
        self._settings = settings
        self._timeout = timeout
        self._server: smtplib.SMTP | None = None

    def send(self, mail: Mail, sender: str, to: str, message: bytes, before_content: Callable[[], None]) -> Outcome:
        """MAIL, RCPT, DATA and the content, each answer looked at. What breaks after the first byte of content is unknown."""
        server = self._connected()
        try:
            refusal = _offer(server, sender, to)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise ServerUnavailable(f"{self._place} broke off ({type(error).__name__}): it is tried again", True) from error
        if refusal is not None:
            self._begin_anew()
            return refusal
        before_content()
        try:
            server.send(_dotted(message))
            code, words = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return Outcome("unknown", f"cut off after DATA ({type(error).__name__})")
        if 200 <= code < 300:
            return Outcome("sent", _code(code, words))
        if 400 <= code < 600:
            return _refusal(code, words)
        self.close()
        return Outcome("unknown", "an answer to the content that means nothing")

    def close(self) -> None:
        """End the connection, politely where that is possible."""
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()

    @property
    def _place(self) -> str:
        return f"mail server {self._settings.host}:{self._settings.port}"

    def _begin_anew(self) -> None:
        if self._server is not None:
            try:
                self._server.rset()
            except (smtplib.SMTPException, OSError):
                self.close()

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = self._open()
        return self._server

    def _open(self) -> smtplib.SMTP:
        host, port, security = self._settings.host, self._settings.port, self._settings.security
        server: smtplib.SMTP | None = None
        try:
            if security == "tls":
                server = smtplib.SMTP_SSL(host, port, timeout=self._timeout, context=ssl.create_default_context())
            else:
                server = smtplib.SMTP(host, port, timeout=self._timeout)
            if security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self._settings.user:
                _log_in(server, self._settings.user, self._settings.password)
            server.ehlo_or_helo_if_needed()
        except smtplib.SMTPAuthenticationError as error:
            _drop(server)
            is_temporary = 400 <= error.smtp_code < 500
            raise ServerUnavailable(
                f"{self._place} refuses the login ({error.smtp_code}): check SALESOPS_SMTP_USER and SALESOPS_SMTP_PASSWORD",
                is_temporary,
            ) from None
        except smtplib.SMTPNotSupportedError as error:
            _drop(server)
            wanted = "STARTTLS" if security == "starttls" else "a login"
            raise ServerUnavailable(
                f"{self._place} does not offer {wanted}: check SALESOPS_SMTP_SECURITY and SALESOPS_SMTP_USER", False
            ) from error
        except ssl.SSLError as error:
            _drop(server)
            raise ServerUnavailable(
                f"{self._place} cannot be trusted ({error.reason}): check its certificate and SALESOPS_SMTP_SECURITY", False
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            _drop(server)
            raise ServerUnavailable(
                f"{self._place} cannot be reached ({type(error).__name__}): check SALESOPS_SMTP_HOST and SALESOPS_SMTP_PORT", True
            ) from error
        return server


def _log_in(server: smtplib.SMTP, user: str, password: str) -> None:
    """As smtplib does, and beyond ASCII as RFC 4616 says, which smtplib cannot."""
    if (user + password).isascii():
        server.login(user, password)
        return
    server.ehlo_or_helo_if_needed()
    if "PLAIN" not in server.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError("AUTH PLAIN")
    code, words = server.docmd("AUTH", "PLAIN " + b64encode(f"\0{user}\0{password}".encode()).decode())
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, words)


def _drop(server: smtplib.SMTP | None) -> None:
    if server is not None:
        server.close()


def _offer(server: smtplib.SMTP, sender: str, to: str) -> Outcome | None:
    """Sender, recipient and DATA; the server's refusal, or None when it waits for the content."""
    options: list[str] = []
    if not (sender + to).isascii():
        if not server.has_extn("smtputf8"):
            return Outcome("failed", "the server takes no address with letters beyond ASCII")
        options = ["SMTPUTF8", "BODY=8BITMIME"]
        server.command_encoding = "utf-8"
    for verb in ("MAIL", "RCPT", "DATA"):
        if verb == "MAIL":
            code, words = server.mail(sender, options)
        elif verb == "RCPT":
            code, words = server.rcpt(to)
        else:
            code, words = server.docmd("DATA")
        if not 200 <= code < 400:
            return _refusal(code, words)
    return None if code == 354 else _refusal(code, words)


def _refusal(code: int, words: bytes) -> Outcome:
    return Outcome("failed" if 500 <= code < 600 else "temporary", _code(code, words))


def _code(code: int, words: bytes) -> str:
    enhanced = _ENHANCED.match(words)
    return f"{code} {enhanced[0].decode()}" if enhanced else str(code)


def _dotted(message: bytes) -> bytes:
    """The content with lines that begin with a dot doubled, and its end."""
    lines = re.sub(rb"(?m)^\.", b"..", message)
    return (lines if lines.endswith(b"\r\n") else lines + b"\r\n") + b".\r\n"
