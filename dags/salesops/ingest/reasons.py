"""Why a record stands in quarantine: the codes, and what an operator should understand by each."""

REASONS = {
    # the shape of the record
    "too_few_fields": "the record has fewer fields than the header",
    "too_many_fields": "the record has more fields than the header",
    "unclosed_quote": "a quoted field is opened and never closed",
    "stray_quote": "text follows the closing quote of a field",
    "blank_line": "an empty line",
    "repeated_header": "the header line again, in the middle of the file",
    "undecodable_bytes": "bytes that the file's encoding cannot hold",
    "nul_byte": "a NUL byte, which no text has",
    "record_too_long": "the record is longer than 16 MiB",
    "error_cell": "a cell holds a spreadsheet's error, such as #N/A, or a formula that was never calculated",
    "bad_json": "no JSON object",
    "repeated_field": "a field stands in the object twice",
    # its values
    "missing_key": "a column of the record's key is empty",
    "missing_value": "a required column is empty",
    "damaged_id": "an id in scientific notation, as a spreadsheet leaves it: digits are lost",
    "bad_number": "no number in the form that the mapping names",
    "bad_boolean": "neither true nor false",
    "bad_date": "no date, or not in a form that the mapping names",
    "bad_timestamp": "no timestamp, or not in a form that the mapping names",
    "ambiguous_date": "two forms read the date differently and the mapping names none, or both",
    "date_out_of_range": "a year outside the mapping's range: another calendar, or a slip of the pen",
    "unfit_text": "the mapping's pattern does not fit the text",
    "unknown_value": "a value that the mapping's value list does not hold",
    # its place among others
    "duplicate_key": "the same key more than once in one extraction, with different content",
    "unmatched_record": "no entry of the mapping takes the record",
}

NO_RECORD = frozenset({"blank_line", "repeated_header"})
"""Reasons that stand for no record of the CRM: they hide no key."""
