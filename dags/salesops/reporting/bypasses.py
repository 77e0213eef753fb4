"""Words of a template that bypass gettext, so that no catalogue could translate them."""

import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
from jinja2 import nodes

from salesops.reporting.templates import EXTENSIONS, TRIM

_LETTERS = re.compile(r"[^\W\d_]{2,}")
_SPOKEN_ATTRIBUTES = re.compile(r"""\b(?:alt|title|aria-label|summary|placeholder)\s*=\s*(["'])(.*?)\1""", re.S)
_HIDDEN = re.compile(r"<style\b.*?(?:</style>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*(?:>|\Z)|^[^<>]*>|&#?\w+;", re.S)


def bypasses(template: Path) -> list[str]:
    """Words of a template that no catalogue can translate, each `file:line: what; remedy`."""
    env = jinja2.Environment(extensions=EXTENSIONS, **TRIM)
    source = template.read_text(encoding="utf-8")
    if template.name.endswith(".html.j2"):
        # what stands in a style block is hidden here with its lines kept, since expressions may cut it in pieces
        source = re.sub(r"<style\b.*?</style>", lambda m: "\n" * m[0].count("\n"), source, flags=re.S)
    try:
        tree = env.parse(source)
    except jinja2.TemplateSyntaxError as error:
        return [f"{template}:{error.lineno}: {error.message}: mend the template"]
    is_html = template.name.endswith(".html.j2")
    return [
        f"{template}:{line}: {' '.join(words.split())[:60]!r} is said without gettext: put it into trans or _()"
        for line, words in _untranslated(tree, is_html)
    ]


def _untranslated(tree: nodes.Template, is_html: bool) -> Iterator[tuple[int, str]]:
    for output in tree.find_all(nodes.Output):
        for part in output.nodes:
            if isinstance(part, nodes.TemplateData):
                spoken = part.data
                if is_html:
                    spoken = " ".join([_HIDDEN.sub(" ", part.data), *(m[1] for m in _SPOKEN_ATTRIBUTES.findall(part.data))])
                if _LETTERS.search(spoken):
                    yield part.lineno, spoken
            else:
                yield from _constants(part)


def _constants(node: nodes.Node) -> Iterator[tuple[int, str]]:
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str) and _LETTERS.search(node.value):
            yield node.lineno, node.value
        return
    if isinstance(node, nodes.CondExpr):
        children: list[nodes.Node | None] = [node.expr1, node.expr2]
    elif isinstance(node, nodes.Filter):
        children = [node.node]
    elif isinstance(node, nodes.Concat):
        children = list(node.nodes)
    elif isinstance(node, nodes.BinExpr):
        children = [node.left, node.right]
    else:
        children = []
    for child in children:
        if child is not None:
            yield from _constants(child)
