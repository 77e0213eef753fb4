"""`salesops explain MODEL KEY…`: how one row came about."""

import argparse


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `explain`."""
    command = commands.add_parser("explain", help="how one row of a mart came about, back to file and line of the exports")
    command.add_argument("model", metavar="MODEL", help="the mart, such as funnel_win_rates")
    command.add_argument("key", nargs="*", metavar="KEY", help="values of its key in order, or column=value")
    command.add_argument("--build", metavar="BUILD", help="default: the build that readers have, otherwise the newest")
    command.add_argument("--limit", type=int, default=5, metavar="N", help="rows shown of each step (default 5)")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the row, what it rests on, and so on down to the exports."""
    import duckdb

    from salesops.settings import Settings
    from salesops.warehouse.build_folder import find_build
    from salesops.warehouse.explain import find, lines
    from salesops.warehouse.explain_models import Models
    from salesops.warehouse.pointer import current_build

    warehouse = Settings.from_env().warehouse
    current = current_build(warehouse)
    build = find_build(warehouse, args.build or (current.build_id if current else None))
    models = Models.of_build(build.folder)
    model = models.find(args.model)
    with duckdb.connect(str(build.work), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        row = find(connection, model, args.key)
        print(f"build {build.build_id} as of {build.record()['as_of']}")
        for line in lines(connection, models, model, row, args.limit):
            print(line)
    return 0
