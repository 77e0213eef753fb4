"""`salesops report`, `salesops deliver`, `salesops outbox` and `salesops messages`."""

import argparse
import sys

from salesops.settings import Settings

OUTCOMES = {
    "queued": "queued",
    "known": "known: its recipients have it",
    "shown": "rendered, not queued",
    "empty": "nothing to tell",
    "too_old": "held: the data is too old",
    "no_period": "no complete period yet",
    "no_recipients": "no recipients",
}


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of reporting."""
    report = commands.add_parser("report", help="render the reports of a build and queue the mails that are due")
    report.add_argument("--build", metavar="ID", help="this build; without it the published one")
    choice = report.add_mutually_exclusive_group()
    choice.add_argument("--send", action="store_true", default=None, help="queue also for a build that is not published")
    choice.add_argument("--no-send", dest="send", action="store_false", help="render only, into the build's folder")
    report.set_defaults(run=run_report)
    deliver = commands.add_parser("deliver", help="hand over the mails that wait in the outbox")
    deliver.set_defaults(run=run_deliver)
    outbox = commands.add_parser("outbox", help="the mails and what became of them")
    outbox.add_argument("--state", choices=("rendered", "sending", "sent", "failed", "unknown"), help="only these")
    outbox.add_argument("--retry", metavar="ID", action="append", help="send a failed or unknown mail once more")
    outbox.set_defaults(run=run_outbox)
    messages = commands.add_parser("messages", help="bring the message catalogues up to the templates")
    messages.set_defaults(run=run_messages)


def run_report(args: argparse.Namespace) -> int:
    """Render and print one line a report."""
    from salesops.reporting.render import render_reports
    from salesops.warehouse.build_folder import NoBuild, find_build
    from salesops.warehouse.pointer import current_build

    settings = Settings.from_env()
    build = find_build(settings.warehouse, args.build) if args.build else current_build(settings.warehouse)
    if build is None:
        raise NoBuild(f"{settings.warehouse} holds no published build: run `salesops publish`, or name one with --build")
    for done in render_reports(settings, build, send=args.send):
        mails = f" ({len(done.queued)} mails)" if done.queued else ""
        print(f"{done.report} {done.period}: {OUTCOMES[done.outcome]}{mails}")
        if done.file is not None:
            print(f"  {done.file}")
        for line in done.left_out:
            print(f"  gets nothing: {line}", file=sys.stderr)
    return 0


def run_deliver(_: argparse.Namespace) -> int:
    """Deliver and print the counts; exit status 1 when a mail failed or may be lost."""
    from salesops.reporting.deliver import deliver

    settings = Settings.from_env()
    counts = deliver(settings)
    place = f"{settings.smtp.host}:{settings.smtp.port}" if settings.smtp else str(settings.outbox)
    print(f"{counts.sent} sent, {counts.failed} failed, {counts.unknown} unknown, {counts.waiting} waiting ({place})")
    return 1 if counts.failed or counts.unknown else 0


def run_outbox(args: argparse.Namespace) -> int:
    """List mails, or put some back."""
    from salesops.reporting.outbox import Outbox, utc_now

    settings = Settings.from_env()
    with Outbox(settings.outbox) as outbox:
        if args.retry:
            again = outbox.retry(args.retry, utc_now())
            print(f"{again} of {len(args.retry)} mails put back: `salesops deliver` sends them")
            return 0 if again == len(args.retry) else 2
        for mail in outbox.find("state = ?" if args.state else "true", (args.state,) if args.state else ()):
            reply = f"  ({mail.reply})" if mail.reply else ""
            print(f"{mail.mail_id}  {mail.state:8}  {mail.report}  {mail.period}  {mail.address}{reply}")
    return 0


def run_messages(_: argparse.Namespace) -> int:
    """Write salesops.pot and the catalogues; what is translated stays."""
    from salesops.reporting.check import shipped_messages
    from salesops.reporting.messages import write_catalogues

    settings = Settings.from_env()
    for file in write_catalogues(settings.reports, shipped_messages(settings)):
        print(file)
    return 0
