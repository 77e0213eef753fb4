"""`salesops run`: the whole job through Airflow, a line a task, ending with where everything lies."""

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from salesops.orchestration.local_airflow import airflow
from salesops.orchestration.progress import Follower, RunOutcome
from salesops.settings import Settings

DAGS = ("crm_ingest", "sales_marts", "sales_reports")


@dataclass(frozen=True)
class RunOptions:
    """What one run is asked for; `as_of` is an ISO date, `known_at` an ISO instant."""

    as_of: str | None = None
    known_at: str | None = None
    publish: bool = False
    send: bool = False
    keep_airflow: bool = False

    @property
    def looks_back(self) -> bool:
        """Figures of an earlier day or knowledge: nothing is published or sent unless asked for."""
        return self.as_of is not None or self.known_at is not None

    @property
    def conf(self) -> dict[str, Any]:
        """The parameters of sales_marts."""
        if not self.looks_back:
            return {}
        return {"as_of": self.as_of, "known_at": self.known_at, "publish": self.publish, "send": self.send}


def run(settings: Settings, options: RunOptions) -> int:
    """Ingest, marts and reports through this home's Airflow; returns 0, 1 (a check failed) or 2 (configuration)."""
    began = time.monotonic()
    with sigterm_unwinds(), airflow(settings, keep=options.keep_airflow) as running:
        say(f"Airflow answers at {running.url} after {time.monotonic() - began:.0f} s")
        follower = Follower(running.api, running.home.logs, say)
        follower.wait_for_dags(DAGS)
        outcomes = job(follower, options)
        status = outcomes[-1].exit_status
        _summary(settings, options, outcomes[-1], follower)
        if options.keep_airflow:
            say(f"web page      {running.url} (end it with `salesops airflow --stop`)")
    say(f"{'done' if status == 0 else 'failed'} in {time.monotonic() - began:.0f} s")
    return status


def say(line: str) -> None:
    """One line to whoever watches, at once."""
    print(line, flush=True)


def job(follower: Follower, options: RunOptions) -> list[RunOutcome]:
    """The runs in their order. What an asset's event starts is awaited; where nothing new came, the next DAG is asked
    all the same, because an earlier run may have been interrupted before it.
    """
    known = {dag_id: follower.run_ids(dag_id) for dag_id in DAGS}
    outcomes = [follower.trigger("crm_ingest", {"start_marts": not options.looks_back})]
    if outcomes[-1].exit_status:
        return outcomes
    if outcomes[-1].tasks.get("gate") == "success":
        outcomes.append(follower.follow_next("sales_marts", known["sales_marts"]))
    else:
        outcomes.append(follower.trigger("sales_marts", options.conf))
    marts = outcomes[-1]
    if marts.exit_status:
        return outcomes
    if marts.tasks.get("publish") == "success":
        outcomes.append(follower.follow_next("sales_reports", known["sales_reports"]))
    elif options.looks_back:
        build_id = follower.returned(marts, "plan", "build_id")
        outcomes.append(follower.trigger("sales_reports", {"build_id": build_id, "send": options.send}))
    else:
        outcomes.append(follower.trigger("sales_reports", {}))
    return outcomes


def _summary(settings: Settings, options: RunOptions, last: RunOutcome, follower: Follower) -> None:
    if last.exit_status:
        say(f"{last.dag_id} failed: what follows it was not started; readers keep the last good build")
        return
    rendered = follower.returned(last, "render")
    for report in rendered["reports"]:
        mails = f", {report['queued']} new mails" if rendered["send"] else ""
        say(f"report        {report['report']} {report['period']}: {report['outcome']}{mails}")
    if options.looks_back and not options.publish:
        say(f"build         {settings.warehouse / 'builds' / rendered['build_id']}")
    else:
        say(f"marts         {settings.warehouse / 'marts.duckdb'}")
    if rendered["send"]:
        say(f"mails         {settings.outbox}")
    say(f"reports       {rendered['folder']}")


@contextmanager
def sigterm_unwinds() -> Iterator[None]:
    """SIGTERM and SIGHUP end the run as Ctrl-C does: what it started ends with it."""

    def unwind(number: int, _: FrameType | None) -> None:
        sys.exit(128 + number)

    before = {number: signal.signal(number, unwind) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
