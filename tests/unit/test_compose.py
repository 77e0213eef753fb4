"""docker-compose.yml against the compose specification's own schema, and against what this deployment promises.

The schema comes with the package check-jsonschema (a copy of compose-spec/compose-spec, Apache-2.0).
"""

import copy
import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from salesops.settings import read_dotenv

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "docker-compose.yml").read_text(encoding="utf-8")
EXAMPLE = read_dotenv(PROJECT / ".env.example")
SECRET = re.compile("PASSWORD|SECRET|KEY")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded = yaml.safe_load(TEXT)
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    file = resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    loaded = json.loads(file.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_it_keeps_to_the_specification(compose: dict[str, Any], schema: dict[str, Any]) -> None:
    jsonschema.validate(compose, schema)


def test_the_schema_would_notice_a_misspelt_key(compose: dict[str, Any], schema: dict[str, Any]) -> None:
    broken = copy.deepcopy(compose)
    broken["services"]["scheduler"]["depend_on"] = broken["services"]["scheduler"].pop("depends_on")
    with pytest.raises(jsonschema.ValidationError, match="depend_on"):
        jsonschema.validate(broken, schema)


def test_these_services(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {
        "airflow-init",
        "api-server",
        "dag-processor",
        "mail",
        "postgres-airflow",
        "postgres-marts",
        "scheduler",
    }


def test_everything_that_stays_up_has_a_health_check(compose: dict[str, Any]) -> None:
    assert {name for name, service in compose["services"].items() if "healthcheck" not in service} == {"airflow-init"}


def test_every_volume_that_is_named_is_declared_and_used(compose: dict[str, Any]) -> None:
    mounts = [mount.split(":")[0] for service in compose["services"].values() for mount in service.get("volumes", [])]
    assert {mount for mount in mounts if not mount.startswith(".")} == set(compose["volumes"])


def test_ports_are_on_loopback_unless_told_otherwise(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("${BIND_ADDRESS:-127.0.0.1}:") for port in ports)


def test_no_secret_has_a_default_here() -> None:
    used = re.findall(r"\$\{([A-Z_]+)(:[-?][^}]*)?\}", TEXT)
    secrets = {name: rest for name, rest in used if SECRET.search(name) and not name.startswith("SALESOPS_SMTP")}
    assert len(secrets) == 6
    assert all(rest.startswith(":?") for rest in secrets.values()), secrets
    assert dict(used)["SALESOPS_SMTP_PASSWORD"] == ":-"


def test_no_secret_is_written_out(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for key, value in service.get("environment", {}).items():
            assert not SECRET.search(key) or "${" in value or value.startswith("/"), f"{name}: {key}"


def test_the_example_names_every_variable_and_no_other() -> None:
    used = {name for name, _ in re.findall(r"(?<!\$)\$\{([A-Z_]+)(:[-?][^}]*)?\}", TEXT)}
    assert set(EXAMPLE) == used


def test_whatever_is_awaited_exists(compose: dict[str, Any]) -> None:
    services = compose["services"]
    awaited = {name for service in services.values() for name in service.get("depends_on", {})}
    assert awaited <= set(services)
    for service in services.values():
        for name, wanted in service.get("depends_on", {}).items():
            assert wanted["condition"] == "service_completed_successfully" or "healthcheck" in services[name]


def test_the_image_is_made_by_the_makefile() -> None:
    dockerfile = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    assert "RUN make install" in dockerfile
    copied = re.findall(r"^COPY --chown=\S+ (.+) \S+$", dockerfile, re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    assert {"dags", "dbt_project", "expectations", "reports", "requirements.txt"} <= set(sources)
    assert [source for source in sources if not (PROJECT / source).exists()] == []
