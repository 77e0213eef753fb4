"""`salesops validate`: the audit of a build, alone."""

import argparse
import sys


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `salesops validate`."""
    validate = commands.add_parser("validate", help="audit the last build against the suites in expectations/")
    validate.add_argument("--build", metavar="BUILD_ID", help="another build than the last one; its first characters are enough")
    validate.add_argument("--gate", choices=("raw", "marts"), help="only the suites of one gate")
    validate.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Audit, print one line a failed check and a summary; exit status 1 when a critical check failed."""
    from salesops.quality.audit import validate
    from salesops.settings import Settings

    checks = validate(Settings.from_env(), build_id=args.build, gate=args.gate)
    failed = [check for check in checks if not check.success]
    for check in failed:
        print(f"{check.severity}: {check.sentence()}", file=sys.stderr)
    stopping = sum(check.stops for check in failed)
    print(f"{len(checks)} checks: {len(checks) - len(failed)} passed, {stopping} failed, {len(failed) - stopping} warnings")
    return 1 if stopping else 0
