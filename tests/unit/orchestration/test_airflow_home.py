"""The local Airflow's configuration: private, on loopback, silent."""

import configparser
import json
from pathlib import Path

import pytest

from salesops.errors import ConfigurationError
from salesops.orchestration import processes
from salesops.orchestration.airflow_home import AirflowHome, environment, settings_digest, write_home
from salesops.orchestration.local_airflow import find_running
from salesops.orchestration.prepare_deployment import write_passwords
from salesops.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"SALESOPS_HOME": str(tmp_path / "home")})


def _read(home: AirflowHome) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(home.configuration, encoding="utf-8")
    return parser


def test_only_its_owner_reads_the_keys(settings: Settings) -> None:
    home = write_home(settings, 8123, "")
    assert [path.stat().st_mode & 0o777 for path in (home.configuration, home.keys, home.path)] == [0o600, 0o600, 0o700]


def test_keys_are_made_once_for_a_home_and_differ_between_homes(settings: Settings, tmp_path: Path) -> None:
    first = json.loads(write_home(settings, 8123, "").keys.read_text())
    again = json.loads(write_home(settings, 8124, "@hourly").keys.read_text())
    other = json.loads(write_home(Settings.from_env({"SALESOPS_HOME": str(tmp_path / "other")}), 1, "").keys.read_text())
    assert first == again
    assert set(first) == {"fernet_key", "api_secret_key", "jwt_secret"}
    assert not set(first.values()) & set(other.values())
    assert all(len(value) >= 32 for value in first.values())


def test_it_listens_on_loopback_and_reports_to_nobody(settings: Settings) -> None:
    config = _read(write_home(settings, 8123, "@hourly"))
    assert (config["api"]["host"], config["api"]["port"], config["api"]["workers"]) == ("127.0.0.1", "8123", "1")
    assert config["core"]["execution_api_server_url"] == "http://127.0.0.1:8123/execution/"
    assert config["core"]["load_examples"] == "False"
    assert config["usage_data_collection"]["enabled"] == "False"
    assert config["salesops"]["ingest_schedule"] == "@hourly"
    env = environment(settings, AirflowHome.of(settings), {"AIRFLOW__API__HOST": "0.0.0.0", "PATH": "/bin"})
    assert "AIRFLOW__API__HOST" not in env
    assert (env["DO_NOT_TRACK"], env["DBT_SEND_ANONYMOUS_USAGE_STATS"], env["PATH"]) == ("1", "false", "/bin")


def test_paths_are_handed_on_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "company").mkdir()
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_env({"SALESOPS_HOME": "home", "SALESOPS_CONFIG": "company"})
    env = environment(settings, AirflowHome.of(settings), {"SALESOPS_CONFIG": "company"})
    assert env["SALESOPS_CONFIG"] == str(tmp_path / "company")
    assert env["SALESOPS_HOME"] == str(tmp_path / "home")


def test_a_digest_tells_other_settings_without_showing_them(settings: Settings) -> None:
    home = write_home(settings, 8123, "")
    one = settings_digest(home, {"SALESOPS_SMTP_PASSWORD": "hunter2", "PATH": "/a"})
    assert one == settings_digest(home, {"SALESOPS_SMTP_PASSWORD": "hunter2", "PATH": "/b"})
    assert one != settings_digest(home, {"SALESOPS_SMTP_PASSWORD": "hunter3"})
    assert "hunter" not in one


def test_a_state_file_without_its_process_is_no_airflow(settings: Settings) -> None:
    home = write_home(settings, 8123, "")
    state = {"pid": 2**22 + 1, "started_at": 1.0, "url": "http://127.0.0.1:8123", "settings": "x"}
    home.state.write_text(json.dumps(state))
    assert find_running(settings) is None
    home.lock.touch()
    assert find_running(settings) is None


def test_an_airflow_with_other_settings_is_not_used(settings: Settings) -> None:
    import fcntl
    import os

    home = write_home(settings, 8123, "")
    state = {
        "pid": os.getpid(),
        "started_at": processes.started_at(os.getpid()),
        "url": "http://127.0.0.1:1",
        "settings": "other",
    }
    home.state.write_text(json.dumps(state))
    with home.lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ConfigurationError, match="other SALESOPS_"):
            find_running(settings)


def test_the_password_file_of_a_deployment_is_private(tmp_path: Path) -> None:
    file = tmp_path / "passwords.json"
    write_passwords(file, {"AIRFLOW_ADMIN_USER": "ada", "AIRFLOW_ADMIN_PASSWORD": "s3cret"})
    assert json.loads(file.read_text()) == {"ada": "s3cret"}
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigurationError, match="AIRFLOW_ADMIN_PASSWORD"):
        write_passwords(file, {"AIRFLOW_ADMIN_USER": "ada"})
