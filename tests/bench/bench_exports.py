"""Clean exports of opportunities for the benchmarks: the same records for the same numbers, in every format."""

from pathlib import Path

SQL = """with
mixed as (
    select number, (hash(number) >> 1)::bigint as rest, rest // 97 % 12 + 1 as month, rest // 89 % 28 + 1 as day,
        lpad((rest // 83 % 24)::varchar, 2, '0') as hour
    from range({first}, {last}) as numbers (number)
)

select
    '006' || lpad(number::varchar, 12, '0') || 'AAA' as "Id",
    'false' as "IsDeleted",
    '001' || lpad((rest % 50_000)::varchar, 12, '0') || 'AAA' as "AccountId",
    'Deal ' || number as "Name",
    case when number % {changed} = {changed} - 1 then 'Closed Lost'
        else (['Prospecting', 'Qualification', 'Negotiation/Review', 'Closed Won'])[1 + rest // 79 % 4] end as "StageName",
    (1_000 + rest // 73 % 98_999) || '.' || lpad((1 + rest // 71 % 99)::varchar, 2, '0') as "Amount",
    (rest // 67 % 101)::varchar as "Probability",
    make_date(2026, month::int, day::int)::varchar as "CloseDate",
    'New Business' as "Type",
    'Web' as "LeadSource",
    '005' || lpad((rest // 61 % 60)::varchar, 12, '0') || 'AAA' as "OwnerId",
    'EUR' as "CurrencyIsoCode",
    make_date(2025, month::int, day::int) || 'T' || hour || ':15:30.000Z' as "CreatedDate",
    make_date(2026, month::int, day::int) || 'T' || hour || ':45:10.000Z' as "LastModifiedDate"
from mixed"""
FORMATS = {"csv": "format csv, header true", "ndjson": "format json", "json": "format json, array true"}
NEVER = 1 << 60


def write(path: Path, rows: int, first: int = 0, changed: int = NEVER) -> Path:
    """A file of so many records from number `first` on; every `changed`-th is lost. Nothing in it needs a quote."""
    import duckdb

    path.parent.mkdir(parents=True, exist_ok=True)
    query = SQL.format(first=first, last=first + rows, changed=changed)
    with duckdb.connect(config={"memory_limit": "1GB", "threads": 2}) as session:
        if path.suffix == ".xlsx":
            _write_xlsx(path, session.execute(query))
        else:
            session.execute(f"copy ({query}) to '{path}' ({FORMATS[path.suffix[1:]]})")
    return path


def _write_xlsx(path: Path, records: "object") -> None:
    """A workbook of one sheet, amounts and probabilities as numbers."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Opportunities")
    sheet.append([column[0] for column in records.description])  # type: ignore[attr-defined]
    while some := records.fetchmany(10_000):  # type: ignore[attr-defined]
        for record in some:
            sheet.append([*record[:5], float(record[5]), int(record[6]), *record[7:]])
    book.save(path)
