"""Where everything is and what the company is like. The one place that reads the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from salesops.errors import ConfigurationError
from salesops.landing_url import LandingUrl, landing_of

PACKAGE = Path(__file__).resolve().parent
PROJECT = PACKAGE.parents[1]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class SmtpSettings:
    """How mails leave; without a host they are written as .eml files."""

    host: str
    port: int
    user: str
    password: str
    security: str
    """none, starttls or tls"""

    def __repr__(self) -> str:
        return f"SmtpSettings({self.host}:{self.port}, {self.security})"


@dataclass(frozen=True)
class Settings:
    """Every path and company setting that a step may need; steps take what they need as arguments."""

    home: Path
    landing: Path
    """where ingest reads: the landing folder itself, or the local copy of the one at `landing_url`"""
    landing_url: LandingUrl | None
    config: Path | None
    project: Path
    timezone: str
    currency: str
    fiscal_year_start_month: int
    fiscal_year_named_by: str
    """start or end: which of its calendar years names a fiscal year"""
    week_start: str
    """the first day of a week, monday to sunday"""
    funnel_start_stage: str
    mql_stage: str
    """the stage of the map at which marketing hands a lead to sales"""
    sql_stage: str
    """the stage of the map at which sales takes a lead for an opportunity to be"""
    stale_days: int
    renewals_in_win_rates: bool
    response_limit_minutes: int
    """business minutes within which a lead is to be answered, where no configuration table says otherwise"""
    keep_builds: int
    postgres_dsn: str | None
    mail_from: str
    mail_redirect: str | None
    smtp: SmtpSettings | None

    def __repr__(self) -> str:
        return f"Settings(home={str(self.home)!r}, config={str(self.config)!r})"

    @property
    def landing_setting(self) -> str:
        """SALESOPS_LANDING, a local folder as an absolute path."""
        return self.landing_url.setting if self.landing_url else str(self.landing)

    @property
    def raw(self) -> Path:
        """Append-only loads: state."""
        return self.home / "raw"

    @property
    def archive(self) -> Path:
        """The original files, compressed, under their hash: state."""
        return self.home / "raw" / "_files"

    @property
    def warehouse(self) -> Path:
        """Builds and the links to the published one: derived."""
        return self.home / "warehouse"

    @property
    def outbox(self) -> Path:
        """Which mail went to whom: state."""
        return self.home / "outbox"

    @property
    def reports_archive(self) -> Path:
        """Every rendered report by date: derived."""
        return self.home / "reports"

    @property
    def dbt_project(self) -> Path:
        return self.project / "dbt_project"

    @property
    def expectations(self) -> Path:
        return self.project / "expectations"

    @property
    def reports(self) -> Path:
        return self.project / "reports"

    def config_file(self, kind: str, name: str, shipped: Path) -> Path:
        """The company's own file of that kind and name where there is one, otherwise the shipped one."""
        if self.config is not None and (own := self.config / kind / name).is_file():
            return own
        return shipped

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read SALESOPS_* from the environment, then from `.env` in the configuration folder.

        Raises ConfigurationError for a value that cannot be used, naming it and the remedy.
        """
        env = dict(os.environ if environ is None else environ)
        config = Path(env["SALESOPS_CONFIG"]).resolve() if env.get("SALESOPS_CONFIG") else None
        if config is not None:
            if not config.is_dir():
                raise ConfigurationError(
                    f"SALESOPS_CONFIG names {config}, which is no folder: make one with `salesops init {config}`"
                )
            for name, value in read_dotenv(config / ".env").items():
                env.setdefault(name, value)

        def get(name: str, default: str) -> str:
            return env.get(f"SALESOPS_{name}") or default

        project = Path(get("PROJECT", str(PROJECT))).resolve()
        home = Path(get("HOME", str(project / "var"))).resolve()
        landing = landing_of(get("LANDING", str(home / "landing")))
        return cls(
            home=home,
            landing=home / "fetched" if isinstance(landing, LandingUrl) else landing,
            landing_url=landing if isinstance(landing, LandingUrl) else None,
            config=config,
            project=project,
            timezone=_timezone(get("TIMEZONE", "UTC")),
            currency=_match("CURRENCY", get("CURRENCY", "EUR"), r"[A-Z]{3}", "an ISO 4217 code such as EUR"),
            fiscal_year_start_month=_whole("FISCAL_YEAR_START", get("FISCAL_YEAR_START", "1"), 1, 12),
            fiscal_year_named_by=_match(
                "FISCAL_YEAR_NAMED_BY", get("FISCAL_YEAR_NAMED_BY", "start"), "start|end", "start or end"
            ),
            week_start=_match(
                "WEEK_START", get("WEEK_START", "monday").lower(), "|".join(WEEKDAYS), "a day from monday to sunday"
            ),
            funnel_start_stage=get("FUNNEL_START_STAGE", "Discovery"),
            mql_stage=get("MQL_STAGE", "Marketing Qualified Lead"),
            sql_stage=get("SQL_STAGE", "Sales Qualified Lead"),
            stale_days=_whole("STALE_DAYS", get("STALE_DAYS", "30"), 1, 3650),
            renewals_in_win_rates=get("RENEWALS_IN_WIN_RATES", "no").lower() in {"yes", "true", "1"},
            response_limit_minutes=_whole("RESPONSE_LIMIT_MINUTES", get("RESPONSE_LIMIT_MINUTES", "60"), 1, 100_000),
            keep_builds=_whole("KEEP_BUILDS", get("KEEP_BUILDS", "5"), 1, 1000),
            postgres_dsn=env.get("SALESOPS_POSTGRES_DSN") or None,
            mail_from=get("MAIL_FROM", "Salesops <salesops@localhost>"),
            mail_redirect=env.get("SALESOPS_MAIL_REDIRECT") or None,
            smtp=_smtp(env),
        )


def read_dotenv(path: Path) -> dict[str, str]:
    """NAME=value lines of a .env file; empty when there is none. Raises ConfigurationError on any other line."""
    if not path.is_file():
        return {}
    values = {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not re.fullmatch(r"[A-Z][A-Z0-9_]*", name.strip()):
            raise ConfigurationError(f"{path}:{number}: not a NAME=value line: write NAME=value, or begin a comment with #")
        values[name.strip()] = value.strip().strip("'\"")
    return values


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigurationError(f"SALESOPS_TIMEZONE={value} is no time zone: use an IANA name such as Europe/Berlin") from error
    return value


def _match(name: str, value: str, pattern: str, wanted: str) -> str:
    if not re.fullmatch(pattern, value):
        raise ConfigurationError(f"SALESOPS_{name}={value} cannot be used: give {wanted}")
    return value


def _whole(name: str, value: str, low: int, high: int) -> int:
    if not value.isdigit() or not low <= int(value) <= high:
        raise ConfigurationError(f"SALESOPS_{name}={value} cannot be used: give a whole number from {low} to {high}")
    return int(value)


def _smtp(env: Mapping[str, str]) -> SmtpSettings | None:
    host = env.get("SALESOPS_SMTP_HOST")
    if not host:
        return None
    return SmtpSettings(
        host=host,
        port=_whole("SMTP_PORT", env.get("SALESOPS_SMTP_PORT") or "587", 1, 65535),
        user=env.get("SALESOPS_SMTP_USER", ""),
        password=env.get("SALESOPS_SMTP_PASSWORD", ""),
        security=_match(
            "SMTP_SECURITY", env.get("SALESOPS_SMTP_SECURITY") or "starttls", "none|starttls|tls", "none, starttls or tls"
        ),
    )
