"""Data Docs: one page a build with every check, its threshold's reason and its outcome; counts only, no values.

Great Expectations' own site loads scripts, styles and pictures from nine hosts on the internet, so it is not used.
"""

import os
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from salesops.quality.checks import Check

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Checks of build {{ build_id }}</title>
<style>
  body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1d2733; }
  h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; } code { font-size: .9em; overflow-wrap: anywhere; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0; }
  th { border-bottom: 2px solid #c8d0d9; }
  td { border-bottom: 1px solid #e4e8ed; } td.n { text-align: right; white-space: nowrap; }
  .failed { color: #a3201b; font-weight: 600; } .warning { color: #8a5a00; font-weight: 600; } .passed { color: #1d6b3a; }
</style>
</head>
<body>
<h1>Checks of build <code>{{ build_id }}</code></h1>
<p>As of {{ as_of or "?" }}. {{ passed }} of {{ total }} checks passed, {{ failed }} failed, {{ warnings }} warnings.
{% if failed %}The build was not published.{% endif %}
Rows that fail are kept in the build's folder <code>failing/</code>, readable by its owner only.</p>
{% for gate, tables in gates %}
<h2>Gate {{ gate }}</h2>
{% for place, checks in tables %}
<h3><code>{{ place }}</code></h3>
<table>
<tr><th>Outcome</th><th>Check</th><th>Column</th><th>Unexpected</th><th>Rows</th><th>Why, and what to do</th></tr>
{% for check in checks %}
<tr>
<td class="{{ word(check) }}">{{ word(check) }}</td>
<td><code>{{ check.expectation_id }}</code></td>
<td>{{ check.column or "" }}</td>
<td class="n">{{ "" if check.unexpected_count is none else "{:,}".format(check.unexpected_count) }}</td>
<td class="n">{{ "" if check.element_count is none else "{:,}".format(check.element_count) }}</td>
<td>{{ check.reason }}
{% if not check.success %}<br>{% if check.error %}{{ check.error }}. {% endif %}To do: {{ check.remedy }}{% endif %}</td>
</tr>
{% endfor %}
</table>
{% endfor %}
{% endfor %}
</body>
</html>
"""


def write_docs(folder: Path, build_id: str, as_of: str | None, gates: Mapping[str, Sequence[Check]]) -> Path:
    """Write `<build_id>.html` and make `index.html` the same; returns the build's page."""
    from jinja2 import Environment, StrictUndefined

    checks = [check for found in gates.values() for check in found]
    failed = sum(check.stops for check in checks)
    unsuccessful = sum(not check.success for check in checks)
    text = (
        Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
        .from_string(PAGE)
        .render(
            build_id=build_id,
            as_of=as_of,
            total=len(checks),
            passed=len(checks) - unsuccessful,
            failed=failed,
            warnings=unsuccessful - failed,
            gates=[(gate, _by_table(found)) for gate, found in gates.items()],
            word=_word,
        )
    )
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"{build_id}.html"
    for target in (page, folder / "index.html"):
        fresh = folder / f".{target.name}.{os.getpid()}"
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(target)
    return page


def _by_table(checks: Sequence[Check]) -> list[tuple[str, list[Any]]]:
    def place(check: Check) -> str:
        return f"{check.schema}.{check.table}"

    return [(name, list(group)) for name, group in groupby(sorted(checks, key=place), place)]


def _word(check: Check) -> str:
    if check.success:
        return "passed"
    return "failed" if check.stops else "warning"
