"""The archive: every report as it was rendered, by day, with an index page; readable by its owner only, as it may hold pay."""

import html
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from salesops.reporting.mail import Picture

_PAGE = """<!doctype html>
<html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>{title}</title>
<style>body{{font:16px/1.5 'Noto Sans',system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}}
h2{{font-size:1rem;margin:1.5rem 0 .25rem}}ul{{margin:0;padding-inline-start:1.25rem}}small{{opacity:.7}}</style></head>
<body><h1>{title}</h1>
{body}
</body></html>
"""


def write_report(folder: Path, name: str, page: str, text: str, pictures: Sequence[Picture], facts: Mapping[str, Any]) -> Path:
    """Write a report as a page into a folder of the archive, its pictures, text and facts beside it; returns the page.

    A file is replaced whole. Nobody but the owner may read it.
    """
    folder.parent.parent.mkdir(parents=True, exist_ok=True)
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    for picture in pictures:
        file = folder / f"{name}.{picture.name}.png"
        _write(file, picture.png)
        page = page.replace(f"cid:{picture.cid}", file.name)
    _write(folder / f"{name}.txt", text.encode())
    _write(folder / f"{name}.json", json.dumps(dict(facts), ensure_ascii=False, indent=1, default=str).encode())
    _write(folder / f"{name}.html", page.encode())
    return folder / f"{name}.html"


def write_index(archive: Path, title: str, lang: str, direction: str) -> Path:
    """Write the archive's index.html from what lies in it, the newest day first; returns it."""
    parts = []
    for folder in sorted((path for path in archive.iterdir() if path.is_dir()), reverse=True):
        entries = []
        for facts_file in sorted(folder.glob("*.json")):
            facts = json.loads(facts_file.read_text(encoding="utf-8"))
            link = html.escape(f"{folder.name}/{facts_file.stem}.html", quote=True)
            entries.append(
                f'<li><a href="{link}">{html.escape(facts["title"])}</a> <bdi>{html.escape(facts["subject"])}</bdi> '
                f"<small>{html.escape(facts['locale'])} · {html.escape(facts['build_id'])}</small></li>"
            )
        if entries:
            parts.append(f"<h2>{html.escape(folder.name)}</h2>\n<ul>\n" + "\n".join(entries) + "\n</ul>")
    page = _PAGE.format(lang=lang, dir=direction, title=html.escape(title), body="\n".join(parts))
    _write(archive / "index.html", page.encode())
    return archive / "index.html"


def forget(folder: Path, name: str) -> None:
    """Remove a report's earlier pictures, so that a picture that is gone does not stay behind."""
    for file in folder.glob(f"{name}.*.png"):
        file.unlink()


def _write(file: Path, content: bytes) -> None:
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    fresh.replace(file)
