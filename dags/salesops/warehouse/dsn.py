"""Connection strings of PostgreSQL, and errors without them: a password may stand in no message and no log."""

import re
from typing import Any
from urllib.parse import quote

from salesops.errors import ConfigurationError, PublishError


def connect(dsn: str) -> Any:
    """An autocommitting psycopg connection; raises ConfigurationError or PublishError without the DSN in its words."""
    import psycopg

    try:
        psycopg.conninfo.conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        raise ConfigurationError(
            "SALESOPS_POSTGRES_DSN is no connection string: write postgresql://user:password@host:5432/database"
        ) from None
    try:
        return psycopg.connect(dsn, autocommit=True, application_name="salesops publish", connect_timeout=15)
    except psycopg.Error as error:
        raise PublishError(f"cannot connect to PostgreSQL: {scrubbed(error, dsn)}: see SALESOPS_POSTGRES_DSN") from None


def scrubbed(error: BaseException, dsn: str) -> str:
    """The first line of an error, without the DSN, its password in any spelling, or values of the data."""
    import psycopg

    text = str(error).strip() or type(error).__name__
    line = next((part for part in text.splitlines() if part.strip()), text)
    try:
        secret = str(psycopg.conninfo.conninfo_to_dict(dsn).get("password") or "")
    except psycopg.ProgrammingError:
        secret = ""
    for spelling in {dsn, secret, quote(secret), quote(secret, safe=""), secret.replace("\\", "\\\\").replace("'", "\\'")}:
        if spelling:
            line = line.replace(spelling, "***")
    return re.sub(r"(?i)(password\s*=\s*)('(?:[^'\\]|\\.)*'|\S+)|(://[^:/@\s]*:)[^@\s]+(?=@)", r"\1\3***", line)
