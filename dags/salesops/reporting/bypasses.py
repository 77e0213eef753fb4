"""Words of a template that bypass gettext, so that no catalogue could translate them."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import jinja2
from jinja2 import nodes

from salesops.reporting.templates import EXTENSIONS, TRIM

_LETTERS = re.compile(r"[^\W\d_]{2,}")
_SPOKEN_ATTRIBUTES = re.compile(r"""\b(?:alt|title|aria-label|summary|placeholder)\s*=\s*(["'])(.*?)\1""", re.S)
_UNSPOKEN = re.compile(r"<style\b.*?</style>|<!--.*?-->|<[^<>]*>|&#?\w+;", re.S)
_EXPRESSION = "\0"


def bypasses(template: Path) -> list[str]:
    """Words of a template that no catalogue can translate, each `file:line: what: remedy`."""
    env = jinja2.Environment(extensions=EXTENSIONS, **TRIM)
    try:
        tree = env.parse(template.read_text(encoding="utf-8"))
    except jinja2.TemplateSyntaxError as error:
        return [f"{template}:{error.lineno}: {error.message}: mend the template"]
    return [
        f"{template}:{line}: {words!r} is said without gettext: put it into trans or _()"
        for line, words in _spoken(list(_output(tree)), template.name.endswith(".html.j2"))
    ]


def _output(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """What the template puts out by itself, in order; an expression is one character that is no letter."""
    for output in tree.find_all(nodes.Output):
        for part in output.nodes:
            if isinstance(part, nodes.TemplateData):
                yield part.lineno, part.data
            else:
                yield from ((line, text) for line, text in _constants(part))
                yield part.lineno, _EXPRESSION


def _spoken(output: list[tuple[int, str]], is_html: bool) -> Iterator[tuple[int, str]]:
    whole = "".join(text for _, text in output)
    starts = list(accumulate((len(text) for _, text in output), initial=0))
    if is_html:
        for match in _SPOKEN_ATTRIBUTES.finditer(whole):
            if _LETTERS.search(match[2]):
                yield _line_at(output, starts, match.start(2)), _shown(match[2])
        whole = _UNSPOKEN.sub(lambda match: _EXPRESSION * len(match[0]), whole)
    for match in re.finditer(rf"[^{_EXPRESSION}\n]+", whole):
        if _LETTERS.search(match[0]):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield _line_at(output, starts, start), _shown(match[0])


def _line_at(output: list[tuple[int, str]], starts: list[int], place: int) -> int:
    number = bisect_right(starts, place) - 1
    line, text = output[number]
    return line + text[: place - starts[number]].count("\n")


def _shown(text: str) -> str:
    return " ".join(text.replace(_EXPRESSION, "…").split())[:60]


def _constants(node: nodes.Node) -> Iterator[tuple[int, str]]:
    """Texts that an expression may put out as they stand; what a call or a filter is given is not among them."""
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str):
            yield node.lineno, node.value
        return
    children: list[nodes.Node | None] = []
    if isinstance(node, nodes.CondExpr):
        children = [node.expr1, node.expr2]
    elif isinstance(node, nodes.Filter):
        children = [node.node]
    elif isinstance(node, nodes.Concat):
        children = list(node.nodes)
    elif isinstance(node, nodes.BinExpr):
        children = [node.left, node.right]
    for child in children:
        if child is not None:
            yield from _constants(child)
