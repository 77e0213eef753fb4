"""Salesforce ids: three characters of object, twelve of serial number, three of checksum."""

from functools import lru_cache

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
NULL_ID = "000000000000000AAA"
POD = "5e0"
TAIL = 62**5
_PAIRS = [one + two for one in ALPHABET for two in ALPHABET]
_CAPITALS = [("A" <= pair[0] <= "Z") | ("A" <= pair[1] <= "Z") << 1 for pair in _PAIRS]

ACCOUNT, CONTACT, OPPORTUNITY, LEAD, USER, ROLE = "001", "003", "006", "00Q", "005", "00E"
TASK, EVENT, HISTORY, QUEUE, NOTE, RECORD_TYPE, CAMPAIGN, ORGANISATION = "00T", "00U", "017", "00G", "002", "012", "701", "00D"


def salesforce_id(prefix: str, serial: int) -> str:
    """The 18-character id of the object's record with that serial number."""
    head, tail = divmod(serial, TAIL)
    first, checked = _head(prefix, head)
    one, rest = divmod(tail, 62**3)
    two, three = divmod(rest, 62)
    capitals = _CAPITALS[one] | _CAPITALS[two] << 2 | (16 if 10 <= three < 36 else 0)
    return f"{first}{_PAIRS[one]}{_PAIRS[two]}{ALPHABET[three]}{checked}{CHECKSUM[capitals]}"


def checksum(short: str) -> str:
    """The three characters that make a case-sensitive 15-character id safe where case is lost."""
    return "".join(_checked(short[start : start + 5]) for start in (0, 5, 10))


@lru_cache(1024)
def _head(prefix: str, serial: int) -> tuple[str, str]:
    """The first ten characters and the two of the checksum that stand for them."""
    digits = ""
    for _ in range(4):
        serial, digit = divmod(serial, 62)
        digits = ALPHABET[digit] + digits
    short = f"{prefix}{POD}{digits}"
    return short, _checked(short[:5]) + _checked(short[5:])


def _checked(five: str) -> str:
    """The character that tells which of five are capital letters."""
    return CHECKSUM[sum(1 << place for place, sign in enumerate(five) if "A" <= sign <= "Z")]
