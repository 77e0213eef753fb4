"""DuckDB's column types in PostgreSQL."""

import re

_SAME = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "UTINYINT": "smallint",
    "USMALLINT": "integer",
    "UINTEGER": "bigint",
    "UBIGINT": "numeric(20, 0)",
    "HUGEINT": "numeric(38, 0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "UUID": "uuid",
}
# loaded through another type, because the two sides do not speak of it alike
_CAST = {
    "UTINYINT": "SMALLINT",
    "USMALLINT": "INTEGER",
    "UINTEGER": "BIGINT",
    "UBIGINT": "DECIMAL(20, 0)",
    "HUGEINT": "DECIMAL(38, 0)",
}


def postgres_type(type_: str) -> str:
    """The PostgreSQL type for a DuckDB type; text for what has no equal there."""
    if decimal := re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", type_):
        return f"numeric({decimal[1]}, {decimal[2]})"
    return _SAME.get(type_, "text")


def select_expression(column: str, type_: str) -> str:
    """How a column is read for loading. PostgreSQL's text holds no NUL character, so it is left out."""
    if type_ in _CAST:
        return f"cast({column} as {_CAST[type_]})"
    if postgres_type(type_) == "text":
        return f"replace(cast({column} as varchar), chr(0), '')"
    return column
