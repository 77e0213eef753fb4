"""`salesops demo` and `salesops init`."""

import argparse
from pathlib import Path

from salesops.demo.crm_names import CRMS, DEFAULT
from salesops.settings import Settings


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of the demo."""
    init = commands.add_parser("init", help="write a company's own configuration folder")
    init.add_argument("folder", type=Path, metavar="DIR")
    init.set_defaults(run=run_init)
    demo = commands.add_parser("demo", help="write the demo company's exports")
    demo.add_argument("--out", type=Path, help="landing folder (that of the settings)")
    demo.add_argument(
        "--crm", choices=CRMS, default=DEFAULT, help=f"who keeps sales, with HubSpot for marketing or without ({DEFAULT})"
    )
    demo.add_argument("--opportunities", type=int, default=6_000, help="about so many opportunities (6000)")
    demo.add_argument("--exports", type=int, default=6, help="weekly exports up to 2026-03-14 (6)")
    demo.add_argument("--days", type=int, default=0, help="daily exports after that (0)")
    demo.add_argument("--seed", type=int, default=7, help="another seed, another history (7)")
    demo.add_argument("--answers", type=Path, metavar="FILE", help="write what is broken on purpose to this JSON file")
    demo.set_defaults(run=run_demo)


def run_demo(args: argparse.Namespace) -> int:
    """Write exports that are not there yet, and name them."""
    import json

    from salesops.demo.generate import write_demo
    from salesops.errors import ConfigurationError

    settings = Settings.from_env()
    if args.out is None and settings.landing_url is not None:
        raise ConfigurationError(
            f"the demo is not written to {settings.landing_url}: name a folder with --out, then copy it there"
        )
    out = (args.out or settings.landing).resolve()
    answers = args.answers.resolve() if args.answers else None
    if answers is not None and answers.is_relative_to(out):
        raise ConfigurationError(f"{answers} lies in the landing folder, where it would be taken for an export: put it elsewhere")
    demo = write_demo(
        out,
        crm=args.crm,
        seed=args.seed,
        opportunities=args.opportunities,
        exports=args.exports,
        days=args.days,
        with_answers=answers is not None,
    )
    for path in demo.files:
        print(f"{path}  {path.stat().st_size / 1e6:.1f} MB")
    if not demo.files:
        print(f"salesops demo: everything is there already in {out}")
    if answers is not None:
        answers.write_text(json.dumps(demo.answers(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"{answers}  {len(demo.faults)} broken records")
    return 0


def run_init(args: argparse.Namespace) -> int:
    """Write a configuration folder with working defaults, and name the next steps."""
    from salesops.demo.init import write_configuration

    folder = args.folder.resolve()
    for path in write_configuration(folder):
        print(path)
    print(f"""
Next:
  1. say what your company is like in {folder / ".env"}, and point Salesops to the folder: export SALESOPS_CONFIG={folder}
  2. put a first export into landing/<source>/ and name its columns in {folder / "mappings"}
  3. salesops check, then salesops run; docs/from-the-demo-to-your-own-data.md leads through it""")
    return 0
