"""Settings come from the environment, then from the company's .env; a bad value is named with its remedy."""

from pathlib import Path

import pytest

from salesops.errors import ConfigurationError
from salesops.settings import Settings, read_dotenv


def test_environment_goes_before_the_companys_dotenv(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# the company\nSALESOPS_CURRENCY=THB\nSALESOPS_TIMEZONE='Asia/Bangkok'\n")
    settings = Settings.from_env({"SALESOPS_CONFIG": str(tmp_path), "SALESOPS_CURRENCY": "USD"})
    assert (settings.currency, settings.timezone) == ("USD", "Asia/Bangkok")


def test_defaults_lie_under_home(tmp_path: Path) -> None:
    settings = Settings.from_env({"SALESOPS_HOME": str(tmp_path)})
    assert settings.landing == tmp_path / "landing"
    assert settings.raw == tmp_path / "raw"
    assert settings.smtp is None
    assert settings.postgres_dsn is None


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("SALESOPS_TIMEZONE", "Mars/Olympus", "IANA"),
        ("SALESOPS_CURRENCY", "euro", "ISO 4217"),
        ("SALESOPS_FISCAL_YEAR_START", "13", "from 1 to 12"),
        ("SALESOPS_FISCAL_YEAR_NAMED_BY", "middle", "start or end"),
        ("SALESOPS_WEEK_START", "mardi", "from monday to sunday"),
        ("SALESOPS_RESPONSE_LIMIT_MINUTES", "0", "from 1"),
        ("SALESOPS_KEEP_BUILDS", "0", "from 1"),
        ("SALESOPS_CONFIG", "/no/such/folder", "salesops init"),
    ],
)
def test_a_bad_value_is_named_with_its_remedy(name: str, value: str, named: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_env({name: value})
    message = str(caught.value)
    assert name in message
    assert named in message
    assert "\n" not in message


def test_a_dotenv_line_that_is_no_assignment_is_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\nnonsense\n")
    with pytest.raises(ConfigurationError, match=r"\.env:2: "):
        read_dotenv(path)


def test_secrets_do_not_show_in_a_repr(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "SALESOPS_SMTP_HOST": "mail.example",
            "SALESOPS_SMTP_PASSWORD": "hunter2hunter2",
            "SALESOPS_POSTGRES_DSN": "postgresql://u:s3cr3t@db/marts",
        }
    )
    shown = repr(settings) + repr(settings.smtp)
    assert "hunter2" not in shown
    assert "s3cr3t" not in shown


def test_the_companys_file_replaces_the_shipped_one_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "stage_map.csv").write_text("stage\n")
    settings = Settings.from_env({"SALESOPS_CONFIG": str(tmp_path)})
    shipped = tmp_path / "shipped.csv"
    assert settings.config_file("seeds", "stage_map.csv", shipped) == tmp_path / "seeds" / "stage_map.csv"
    assert settings.config_file("seeds", "quotas.csv", shipped) == shipped
