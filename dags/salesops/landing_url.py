"""Where exports arrive, when that is no local folder: the URL, which never holds a secret."""

import re
from dataclasses import dataclass
from pathlib import Path

from salesops.errors import ConfigurationError

LOCAL = ("file", "local")


@dataclass(frozen=True)
class LandingUrl:
    """A landing folder behind a URL; `connection` is the Airflow connection that its credentials come from, if any."""

    scheme: str
    place: str
    """host or bucket, and path"""
    connection: str | None = None

    def __str__(self) -> str:
        return f"{self.scheme}://{self.place}"

    @property
    def setting(self) -> str:
        """As SALESOPS_LANDING has it."""
        return f"{self.scheme}://{self.connection}@{self.place}" if self.connection else str(self)


def landing_of(text: str) -> Path | LandingUrl:
    """A local folder, or a URL in the form `scheme://[connection@]host-or-bucket/path`, that of Airflow's ObjectStoragePath.

    Raises ConfigurationError, which shows no credential, for a URL that holds one or names no folder.
    """
    match = re.fullmatch(r"(?P<scheme>[a-z][a-z0-9+.:-]*)://(?P<rest>.*)", text, re.DOTALL)
    if match is None:
        return Path(text).resolve()
    scheme, rest = match["scheme"], match["rest"]
    if scheme in LOCAL:
        return Path(rest).resolve()
    authority, slash, path = rest.partition("/")
    userinfo, at, host = authority.rpartition("@")
    shown = f"SALESOPS_LANDING={scheme}://{host}{slash}{path.partition('?')[0]}"
    if ":" in scheme:
        raise ConfigurationError(f"{shown} chains file systems: give the URL of the folder alone")
    if ":" in userinfo or "?" in rest:
        raise ConfigurationError(
            f"{shown} holds credentials or a query (left out here): give them in an Airflow connection, "
            f"{scheme}://CONNECTION@{host}{slash}…, or in the environment; see docs/ingest.md"
        )
    if at and not re.fullmatch(r"[\w.-]+", userinfo):
        raise ConfigurationError(f"{shown} has something before @ that is no name of an Airflow connection: correct it")
    place = f"{host}{slash}{path}".rstrip("/")
    if not place:
        raise ConfigurationError(f"{shown} names no bucket or folder: write {scheme}://BUCKET/FOLDER")
    return LandingUrl(scheme, place, userinfo or None)
