# /// script
# requires-python = ">=3.11"
# dependencies = ["pm4py==2.7.23.11"]
# ///
"""What pm4py makes of the same events: its directly-follows graph and its variants, as JSON.

Run by `uv run --script`, which gives it an environment of its own: `uv run --script peer_pm4py.py EVENTS.csv`. The events are
rows `deal,stage,step`; the order within a deal is that of its steps.
"""

import json
import sys
from contextlib import redirect_stdout

# its welcome is no part of the answer
with redirect_stdout(sys.stderr):
    import pandas
    import pm4py


def answers(path: str) -> dict[str, list[list[object]]]:
    """[from, to, moves] of each pair of stages that follow each other, and [stages, deals] of each variant."""
    rows = pandas.read_csv(path)
    rows["at"] = pandas.Timestamp("2000-01-01", tz="UTC") + pandas.to_timedelta(rows["step"], unit="D")
    events = pm4py.format_dataframe(rows, case_id="deal", activity_key="stage", timestamp_key="at")
    graph, _, _ = pm4py.discover_dfg(events)
    return {
        "graph": [[before, after, int(moves)] for (before, after), moves in graph.items()],
        "variants": [[list(stages), int(deals)] for stages, deals in pm4py.get_variants(events).items()],
    }


if __name__ == "__main__":
    print(json.dumps(answers(sys.argv[1])))
