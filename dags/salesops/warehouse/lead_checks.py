"""How leads find their accounts, held against what the models can decide, for `salesops check`: one line a fault."""

from collections.abc import Iterator, Mapping

from salesops.warehouse.config_tables import ConfigTable, number_of

Tables = Mapping[str, ConfigTable]


def check_leads(tables: Tables) -> list[str]:
    """Every fault of the tables on leads beyond types, each `file:line: what: remedy`."""
    return [*_rules(tables), *_domains(tables), *_legal_forms(tables)]


def _rules(tables: Tables) -> Iterator[str]:
    if (table := tables.get("lead_match_rules")) is None:
        return
    first: dict[tuple[str | None, ...], int] = {}
    for row in table.rows:
        place, rule = f"{table.file}:{row.line}", f"rule {row.values.get('rule')}"
        priority, days = number_of(row.values.get("priority")), number_of(row.values.get("opportunity_days"))
        if priority is not None and priority < 1:
            yield f"{place}: {rule}: priority is {priority}: 1 goes first, write a number from 1 on"
        if days is not None and days < 0:
            yield f"{place}: {rule}: opportunity_days is {days}: write the days from the lead's creation on, or leave it empty"
        asked = (row.values.get("compares"), row.values.get("account_source"))
        if asked in first:
            yield f"{place}: {rule} compares the same as line {first[asked]}, so that it never decides: remove one of the two"
        first.setdefault(asked, row.line)


def _domains(tables: Tables) -> Iterator[str]:
    if (table := tables.get("free_mail_domains")) is None:
        return
    for row in table.rows:
        domain = row.values.get("domain")
        if domain is not None and ("@" in domain or "/" in domain or " " in domain or "." not in domain):
            yield f"{table.file}:{row.line}: {domain!r} is no domain: write what stands behind the @, such as gmail.com"


def _legal_forms(tables: Tables) -> Iterator[str]:
    if (table := tables.get("company_legal_forms")) is None:
        return
    for row in table.rows:
        form = row.values.get("legal_form")
        if form is not None and any(sign in form for sign in " ./"):
            yield (
                f"{table.file}:{row.line}: {form!r} is more than a word, so that no name ends in it: "
                "write each word without points and slashes in a row of its own"
            )
