"""Salesforce ids: three characters of object, twelve of serial number, three of checksum."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
NULL_ID = "000000000000000AAA"
POD = "5e0"

ACCOUNT, CONTACT, OPPORTUNITY, LEAD, USER, ROLE = "001", "003", "006", "00Q", "005", "00E"
TASK, EVENT, HISTORY, QUEUE, NOTE, RECORD_TYPE, CAMPAIGN, ORGANISATION = "00T", "00U", "017", "00G", "002", "012", "701", "00D"


def salesforce_id(prefix: str, serial: int) -> str:
    """The 18-character id of the object's record with that serial number."""
    digits = ""
    while serial:
        serial, digit = divmod(serial, 62)
        digits = ALPHABET[digit] + digits
    short = f"{prefix}{POD}{digits:0>9}"
    return short + checksum(short)


def checksum(short: str) -> str:
    """The three characters that make a case-sensitive 15-character id safe where case is lost."""
    suffix = ""
    for start in (0, 5, 10):
        bits = 0
        for place in range(5):
            if "A" <= short[start + place] <= "Z":
                bits |= 1 << place
        suffix += CHECKSUM[bits]
    return suffix
