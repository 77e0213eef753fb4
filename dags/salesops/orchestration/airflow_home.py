"""The local Airflow's home: its configuration and the keys that are made once for it."""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from salesops.settings import Settings

PARALLELISM = 8
"""Tasks that wait for another process need a place each; the work itself is bound by the pool `warehouse`."""

_CONFIGURATION = """\
# Written by `salesops run` and `salesops airflow` at every start: owner only, because it holds this home's keys.
[core]
dags_folder = {dags}
plugins_folder = {home}/plugins
executor = LocalExecutor
parallelism = {parallelism}
max_active_tasks_per_dag = {parallelism}
load_examples = False
dags_are_paused_at_creation = False
dag_discovery_safe_mode = False
auth_manager = airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager
simple_auth_manager_all_admins = True
fernet_key = {fernet_key}
execution_api_server_url = http://127.0.0.1:{port}/execution/
mp_start_method = fork

[database]
sql_alchemy_conn = sqlite:///{home}/airflow.db

[api]
host = 127.0.0.1
port = {port}
base_url = http://127.0.0.1:{port}
workers = 1
secret_key = {api_secret_key}
expose_config = False

[api_auth]
jwt_secret = {jwt_secret}

[logging]
base_log_folder = {home}/logs
dag_processor_child_process_log_directory = {home}/logs/dag_processor
colored_console_log = False

[scheduler]
scheduler_idle_sleep_time = 0.25
enable_health_check = False
catchup_by_default = False

[dag_processor]
parsing_processes = 1
min_file_process_interval = {parse_interval}
refresh_interval = {parse_interval}
stale_dag_threshold = {stale_after}

[workers]
min_heartbeat_interval = 1

[usage_data_collection]
enabled = False

[salesops]
ingest_schedule = {ingest_schedule}
"""

NO_TELEMETRY = {
    "DO_NOT_TRACK": "1",
    "SCARF_ANALYTICS": "false",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
}


@dataclass(frozen=True)
class AirflowHome:
    """Paths of the Airflow that belongs to one $SALESOPS_HOME."""

    path: Path

    @classmethod
    def of(cls, settings: Settings) -> "AirflowHome":
        return cls(settings.home / "airflow")

    @property
    def configuration(self) -> Path:
        return self.path / "airflow.cfg"

    @property
    def keys(self) -> Path:
        return self.path / "keys.json"

    @property
    def state(self) -> Path:
        """Who runs it and where it listens, while it runs."""
        return self.path / "running.json"

    @property
    def lock(self) -> Path:
        """Held for as long as this home's Airflow runs."""
        return self.path / "running.lock"

    @property
    def logs(self) -> Path:
        return self.path / "logs"


def write_home(settings: Settings, port: int, schedule: str) -> AirflowHome:
    """Write this home's airflow.cfg for a port, with its own keys, all owner only; returns the home.

    `schedule` is crm_ingest's: a cron expression or preset, or empty when runs are started by hand only.
    """
    home = AirflowHome.of(settings)
    home.logs.mkdir(parents=True, exist_ok=True)
    home.path.chmod(0o700)
    watched = bool(schedule)
    text = _CONFIGURATION.format(
        home=home.path,
        dags=settings.project / "dags",
        parallelism=PARALLELISM,
        port=port,
        parse_interval=30 if watched else 3600,
        stale_after=50 if watched else 7200,
        ingest_schedule=schedule,
        **_keys(home),
    )
    _write_private(home.configuration, text)
    return home


def environment(settings: Settings, home: AirflowHome, inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment of every part of the local Airflow: the caller's, with this home's paths made absolute.

    Of another Airflow only its connections are taken over.
    """
    env = {n: value for n, value in inherited.items() if not n.startswith("AIRFLOW") or n.startswith("AIRFLOW_CONN_")}
    env |= NO_TELEMETRY
    env |= {
        "AIRFLOW_HOME": str(home.path),
        "AIRFLOW_CONFIG": str(home.configuration),
        "SALESOPS_HOME": str(settings.home),
        "SALESOPS_LANDING": settings.landing_setting,
        "SALESOPS_PROJECT": str(settings.project),
        "PYTHONUNBUFFERED": "1",
    }
    if settings.config is not None:
        env["SALESOPS_CONFIG"] = str(settings.config)
    return env


def settings_digest(home: AirflowHome, env: Mapping[str, str]) -> str:
    """A keyed hash of the SALESOPS_* settings, so that two runs can tell whether theirs are the same."""
    relevant = json.dumps(sorted((k, v) for k, v in env.items() if k.startswith("SALESOPS_")))
    return hmac.new(_keys(home)["jwt_secret"].encode(), relevant.encode(), hashlib.sha256).hexdigest()[:16]


def _keys(home: AirflowHome) -> dict[str, str]:
    if not home.keys.is_file():
        made = {
            "fernet_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "api_secret_key": secrets.token_urlsafe(32),
            "jwt_secret": secrets.token_urlsafe(48),
        }
        _write_private(home.keys, json.dumps(made))
    keys: dict[str, str] = json.loads(home.keys.read_text(encoding="utf-8"))
    return keys


def _write_private(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)
