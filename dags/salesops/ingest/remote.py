"""A landing folder behind a URL: what is in it, and its bytes, through fsspec. An error is one line and tells no secret."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesops.errors import ConfigurationError, InputError, SalesOpsError, Unreachable
from salesops.ingest.store import is_full_disk
from salesops.landing_url import LandingUrl

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

OPTIONS: dict[str, dict[str, Any]] = {
    # sshfs takes any host for the right one unless it is told to look into ~/.ssh/known_hosts
    "sftp": {"known_hosts": ()},
    "ssh": {"known_hosts": ()},
}
PACKAGES = {"s3": "s3fs", "sftp": "sshfs", "ssh": "sshfs", "gs": "gcsfs", "abfs": "adlfs", "az": "adlfs"}
PROVIDERS = {
    "s3": "apache-airflow-providers-amazon[s3fs]",
    "sftp": "apache-airflow-providers-sftp[sshfs]",
    "ssh": "apache-airflow-providers-sftp[sshfs]",
    "gs": "apache-airflow-providers-google",
    "abfs": "apache-airflow-providers-microsoft-azure",
}
VERSIONS = (
    *("ETag", "etag", "md5Hash", "content_md5", "crc32c", "checksum", "generation", "VersionId", "version_id"),
    *("LastModified", "last_modified", "mtime", "updated", "modified", "created"),
)
"""what file systems call the words by which one content of a file differs from another of the same size"""
REFUSED = ("PermissionError", "PermissionDenied", "NoCredentialsError", "PartialCredentialsError", "KeyImportError")
STRANGERS = ("HostKeyNotVerifiable",)


@dataclass(frozen=True)
class RemoteFile:
    """A file of a source; `path` is what its file system calls it."""

    name: str
    """path below the source's landing folder"""
    path: str
    size: int | None
    version: str
    """tells its content from another of the same size; empty where the file system has no word for that"""

    @property
    def stamp(self) -> list[int | str | None]:
        """Equal for equal contents."""
        return [self.size, self.version]


class Remote:
    """The landing folder at a URL, connected."""

    def __init__(self, url: LandingUrl) -> None:
        self.url = url
        with telling(url):
            self._files = _file_system(url)
            self._root = str(self._files._strip_protocol(str(url))).rstrip("/")

    def sources(self) -> set[str]:
        """The names of the folders in it. Raises InputError when there is no such place."""
        with telling(self.url):
            self._files.invalidate_cache()
            found = self._files.ls(self._root or "/", detail=True)
        return {info["name"].rstrip("/").rsplit("/", 1)[-1] for info in found if info["type"] != "file"}

    def files(self, source: str) -> list[RemoteFile]:
        """Every file of a source, sorted by name; links are none."""
        folder = f"{self._root}/{source}"
        found = []
        with telling(self.url):
            self._files.invalidate_cache()
            for _, _, files in self._files.walk(folder, detail=True, on_error="raise"):
                # an object store may show a folder as an object of its own
                found += [info for name, info in files.items() if name and info["type"] == "file" and info["name"][-1] != "/"]
        return sorted((_remote_file(folder, info) for info in found), key=lambda file: file.name)

    def download(self, file: RemoteFile, target: Path) -> None:
        """Copy its bytes, piece by piece, into a file that is there and private."""
        with telling(self.url, file.name):
            self._files.get_file(file.path, str(target))


@contextmanager
def telling(url: LandingUrl, name: str = "") -> Iterator[None]:
    """Turns whatever a file system raises within into one line without its own words, which may quote credentials."""
    try:
        yield
    except SalesOpsError:
        raise
    except Exception as error:  # each file system has errors of its own
        if is_full_disk(error):
            raise
        place = f"{url}/…/{name}" if name else str(url)
        raise _told(url, place, error) from None


def _told(url: LandingUrl, place: str, error: BaseException) -> SalesOpsError:
    kinds = list(_kinds(error))
    what = ", ".join(dict.fromkeys(kinds))
    if "FileNotFoundError" in kinds:
        return InputError(
            f"{place}: not found: correct SALESOPS_LANDING, or make the bucket or folder; an object store has a folder only "
            "while something is in it"
        )
    if any(kind in kinds for kind in STRANGERS):
        return InputError(
            f"{place}: the server's host key is not the known one ({what}): verify it, then add it to ~/.ssh/known_hosts"
        )
    if any(kind in kinds for kind in REFUSED):
        return InputError(f"{place}: access is refused ({what}): {_credentials(url)}")
    return Unreachable(f"{place}: cannot be read ({what}): see whether the server is up and can be reached, then run again")


def _credentials(url: LandingUrl) -> str:
    if url.connection:
        return f"correct the Airflow connection {url.connection}, or its rights"
    return "set credentials in the environment or name an Airflow connection in SALESOPS_LANDING, or correct their rights"


def _kinds(error: BaseException | None) -> Iterator[str]:
    """What an error and its causes are called, with the code that an S3 server gave."""
    while error is not None:
        yield type(error).__name__
        response = getattr(error, "response", None)
        code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
        if isinstance(code, str) and code.isalnum():
            yield code
        error = error.__cause__ or error.__context__


def _file_system(url: LandingUrl) -> "AbstractFileSystem":
    """Connect: with the Airflow connection that the URL names, otherwise with what fsspec finds in the environment."""
    from fsspec.config import conf
    from fsspec.core import url_to_fs

    # it would print host and user with every connection
    logging.getLogger("asyncssh").setLevel(logging.WARNING)
    options = OPTIONS.get(url.scheme, {}) | conf.get(url.scheme, {})
    if url.connection:
        return _file_system_of_connection(url, url.connection, options)
    try:
        return url_to_fs(str(url), skip_instance_cache=True, **options)[0]
    except ImportError:
        package = PACKAGES.get(url.scheme, "its file system for fsspec")
        raise ConfigurationError(f"{url} needs the package {package}: pip install {package}") from None
    except ValueError as error:
        if "Protocol not known" not in str(error):
            raise
        raise ConfigurationError(f"SALESOPS_LANDING={url}: fsspec knows no {url.scheme}://: correct it") from None


def _file_system_of_connection(url: LandingUrl, connection: str, options: dict[str, Any]) -> "AbstractFileSystem":
    """What ObjectStoragePath takes its bytes from; asked directly, for it hides why a connection failed and takes no options."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException
    from airflow.sdk.io import get_fs, has_fs

    package = PROVIDERS.get(url.scheme, f"Airflow's provider of {url.scheme}://")
    if not has_fs(url.scheme):
        raise ConfigurationError(f"{url} with an Airflow connection needs {package}: pip install '{package}'")
    try:
        # some providers would go on without credentials
        Connection.get(connection)
        return get_fs(url.scheme, connection, options)
    except ImportError:
        raise ConfigurationError(f"{url} with an Airflow connection needs {package}: pip install '{package}'") from None
    except AirflowNotFoundException:
        raise ConfigurationError(
            f"SALESOPS_LANDING={url.setting}: there is no Airflow connection {connection}: add it to Airflow, or, for the "
            f"command line, set AIRFLOW_CONN_{connection.upper()}"
        ) from None


def _remote_file(folder: str, info: dict[str, Any]) -> RemoteFile:
    path = str(info["name"])
    name = path.lstrip("/").removeprefix(folder.lstrip("/")).removeprefix("/")
    return RemoteFile(name, path, info.get("size"), _version(info))


def _version(info: dict[str, Any]) -> str:
    return " ".join(f"{word}={info[word]}" for word in VERSIONS if info.get(word) is not None)
