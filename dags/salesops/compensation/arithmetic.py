"""A pay line's arithmetic as text, read back into the number that it explains.

20,000.00 at 8 % + 5,000.00 at 10 % = 2,100.00
1,822.27 at 1.5 % = 27.33405, rounded 27.33
1,230.23 at 2 % = 24.6046, rounded as 49.21 − 24.60 = 24.61
"""

import re
from decimal import Decimal

from salesops.errors import SalesOpsError

_NUMBER = r"−?[\d,]+(?:\.\d+)?"
_PIECE = re.compile(rf"(?P<amount>{_NUMBER}) at (?P<rate>{_NUMBER}) %")
_LINE = re.compile(
    rf"(?P<pieces>.+?) = (?P<exact>{_NUMBER})"
    rf"(?:, rounded (?:(?P<rounded>{_NUMBER})"
    rf"|as (?P<after>{_NUMBER}) (?P<sign>[+−]) (?P<before>{_NUMBER}) = (?P<earned>{_NUMBER})))?"
)


class ArithmeticError(SalesOpsError):
    """A text that is no pay line's arithmetic, or that does not add up."""


def number(text: str) -> Decimal:
    """The number that `1,234.50` or `−0.05` says. Raises decimal.InvalidOperation for another form."""
    return Decimal(text.replace(",", "").replace("−", "-"))


def evaluate(text: str) -> Decimal:
    """The amount that a line's arithmetic comes to, calculated from its pieces.

    Raises ArithmeticError when the text has another form, or a sum in it is not what its parts come to.
    """
    found = _LINE.fullmatch(text)
    if not found:
        raise ArithmeticError(f"no arithmetic of a pay line: {text!r}")
    total = Decimal(0)
    # a minus between two pieces is that of the piece after it
    for piece in re.split(r" \+ | (?=− )", found["pieces"]):
        parsed = _PIECE.fullmatch(piece.replace("− ", "−"))
        if not parsed:
            raise ArithmeticError(f"no band of a pay line: {piece!r} in {text!r}")
        total += number(parsed["amount"]) * number(parsed["rate"]) / 100
    if total != number(found["exact"]):
        raise ArithmeticError(f"the bands come to {total}, not {found['exact']}: {text!r}")
    if found["rounded"]:
        return number(found["rounded"])
    if found["earned"]:
        before = number(found["before"])
        difference = number(found["after"]) - (before if found["sign"] == "−" else -before)
        if difference != number(found["earned"]):
            raise ArithmeticError(f"the rounded sums differ by {difference}, not {found['earned']}: {text!r}")
        return difference
    return total
