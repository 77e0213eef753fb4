"""Where no SMTP server is configured: mails as .eml files, which any mail program opens."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from salesops.reporting.outbox import Mail
from salesops.reporting.transport import Outcome


class FolderTransport:
    """Writes `<folder>/<period>/<report>--<recipient>.eml`, each file whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, mail: Mail, sender: str, to: str, message: bytes, before_content: Callable[[], None]) -> Outcome:
        """Write the mail; a second time it replaces the same file, so a cut in between leaves nothing in doubt."""
        folder = self.folder / _file_name(mail.period)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / f"{mail.report}--{_file_name(mail.recipient)}--{mail.content_hash[:6]}.eml"
        fresh = folder / f".{file.name}.{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(message)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
        return Outcome("sent", f"file {file.relative_to(self.folder)}")

    def close(self) -> None:
        """Nothing is held."""


def _file_name(text: str) -> str:
    return re.sub(r"[^\w.@+-]", "_", text).lstrip(".") or "_"
