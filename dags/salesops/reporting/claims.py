"""Who holds a claim on a mail, and whether that process still lives: a lock that its end lets go, however it ends."""

import fcntl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from salesops.reporting.outbox import Outbox


@contextmanager
def claimer(folder: Path) -> Iterator[str]:
    """A name under which this process claims mails, held as long as it lives."""
    locks = folder / "deliverers"
    locks.mkdir(mode=0o700, exist_ok=True)
    name = uuid.uuid4().hex
    file = locks / name
    with file.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        try:
            yield name
        finally:
            file.unlink(missing_ok=True)


def is_alive(folder: Path, name: str) -> bool:
    """Whether the process that claims under this name still runs."""
    try:
        with (folder / "deliverers" / name).open("r+") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def recover(outbox: Outbox, now: datetime) -> int:
    """Settle what a deliverer left when it died: unknown when content had begun to leave, otherwise to be sent.

    Returns how many mails that were.
    """
    abandoned = [mail for mail in outbox.find("state = 'sending'") if not is_alive(outbox.folder, mail.claimed_by or "-")]
    for mail in abandoned:
        if mail.in_data:
            outbox.settle(mail, "unknown", "the process ended after DATA", now)
        else:
            outbox.release(mail, "the process ended before DATA", now)
        if mail.claimed_by:
            (outbox.folder / "deliverers" / mail.claimed_by).unlink(missing_ok=True)
    return len(abandoned)
