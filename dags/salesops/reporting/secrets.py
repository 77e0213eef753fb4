"""Passwords that the settings hold, kept out of everything that is mailed or printed."""

import re
from urllib.parse import quote, unquote, urlsplit

from salesops.settings import Settings

_IN_URL = re.compile(r"(://[^:/@\s]*:)[^@\s]+(?=@)")
_NAMED = re.compile(r"(?i)(passw(?:or)?d\s*[=:]\s*)('(?:[^'\\]|\\.)*'|\S+)")


def without_secrets(settings: Settings, text: str) -> str:
    """The text with every password of the settings, in any spelling, as ***."""
    for secret in _secrets(settings):
        for spelling in sorted({secret, quote(secret), quote(secret, safe="")}, key=len, reverse=True):
            text = text.replace(spelling, "***")
    return _NAMED.sub(r"\1***", _IN_URL.sub(r"\1***", text))


def _secrets(settings: Settings) -> list[str]:
    found = [settings.smtp.password] if settings.smtp is not None else []
    if settings.postgres_dsn:
        found.append(settings.postgres_dsn)
        if "://" in settings.postgres_dsn:
            found.append(unquote(urlsplit(settings.postgres_dsn).password or ""))
        else:
            found += [match[2].strip("'") for match in _NAMED.finditer(settings.postgres_dsn)]
    return sorted({secret for secret in found if secret}, key=len, reverse=True)
