"""`salesops init`: a configuration folder for a company of its own, commented, that works before anything is changed."""

from pathlib import Path

from salesops.errors import ConfigurationError
from salesops.settings import PACKAGE, PROJECT

DOTENV = """\
# How your company counts. Every name can also be set in the environment, which goes before this file.
# SALESOPS_CONFIG names the folder that this file lies in; `salesops check` names what cannot be used.

# Days are counted in this time zone. An IANA name.
SALESOPS_TIMEZONE=UTC

# Amounts are compared in this currency (ISO 4217). Deals keep their own beside it; give rates for every other currency
# in seeds/fx_rates.csv or by a feed.
SALESOPS_CURRENCY=EUR

# The month in which the fiscal year begins (1 to 12), and which of its calendar years names it: start or end.
# Fiscal months that are not calendar months (4-4-5) stand in seeds/fiscal_calendar.csv.
SALESOPS_FISCAL_YEAR_START=1
SALESOPS_FISCAL_YEAR_NAMED_BY=start

# The first day of a week: monday to sunday.
SALESOPS_WEEK_START=monday

# The stage of seeds/stage_map.csv from which on a deal is pipeline.
SALESOPS_FUNNEL_START_STAGE=Discovery

# The stages of the map at which marketing hands a lead to sales, and at which sales finds it worth a deal.
SALESOPS_MQL_STAGE=Marketing Qualified Lead
SALESOPS_SQL_STAGE=Sales Qualified Lead

# An open deal without activity for so many days is stale.
SALESOPS_STALE_DAYS=30

# yes: renewals count in win rates beside new business.
SALESOPS_RENEWALS_IN_WIN_RATES=no

# A lead is to be answered within so many business minutes; seeds/response_limits.csv may say otherwise by calendar or
# lead source. Working hours and holidays stand in seeds/working_calendars.csv and seeds/holidays.csv.
SALESOPS_RESPONSE_LIMIT_MINUTES=60

# Where exports arrive, and where everything else is kept. Without these: var/landing and var in the project.
#SALESOPS_LANDING=/data/salesops/landing
# On a server: s3://bucket/folder, sftp://host/folder; credentials are not written here, see docs/ingest.md.
#SALESOPS_HOME=/data/salesops

# From whom mails come. Until SALESOPS_SMTP_HOST is set they are written as files, and nobody gets any.
#SALESOPS_MAIL_FROM="Sales Operations <salesops@example.com>"
#SALESOPS_SMTP_HOST=smtp.example.com
# Before you go live: every mail to one address.
#SALESOPS_MAIL_REDIRECT=you@example.com
"""


def configuration_files() -> dict[str, str]:
    """Every file of a new folder by its path within it: settings, shipped mappings, shipped tables, shipped recipients."""
    files = {".env": DOTENV}
    for path in sorted((PACKAGE / "ingest" / "mappings").glob("*.yml")):
        files[f"mappings/{path.name}"] = path.read_text(encoding="utf-8")
    for path in sorted((PROJECT / "dbt_project" / "seeds").glob("*.csv")):
        files[f"seeds/{path.name}"] = path.read_text(encoding="utf-8")
    files["recipients.yml"] = (PROJECT / "reports" / "recipients.yml").read_text(encoding="utf-8")
    return files


def write_configuration(folder: Path) -> list[Path]:
    """Write the folder and return its files. Raises ConfigurationError, and writes nothing, when one is there already."""
    files = {folder / name: text for name, text in configuration_files().items()}
    there = [path for path in files if path.exists()]
    if there:
        raise ConfigurationError(f"{there[0]} is there already: move it away, or give init another folder; nothing was written")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)
