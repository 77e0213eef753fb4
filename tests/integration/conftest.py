"""A small demo company on a project of its own, its servers, and the one Airflow that all tests here share."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import quote

import pytest
from companies import DEMO, POSTGRES_PASSWORD, PROJECT, SMTP_PASSWORD, Company, MailServer, Ran, mail_server, postgres_server

from salesops.orchestration.airflow_api import AirflowApi
from salesops.orchestration.local_airflow import airflow


@pytest.fixture(scope="session")
def smtp() -> Iterator[MailServer]:
    """Where the company's mails go."""
    with mail_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The database that the company publishes to."""
    with postgres_server() as socket:
        yield f"postgresql://postgres:{quote(POSTGRES_PASSWORD, safe='')}@/postgres?host={socket}"


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory, smtp: MailServer, postgres: str) -> Company:
    """Exports are in its landing folder; nothing has run yet."""
    root = tmp_path_factory.mktemp("company")
    project = root / "project"
    ignored = shutil.ignore_patterns("__pycache__", "target", "logs", ".user.yml")
    for folder in ("dags", "dbt_project", "expectations", "reports"):
        shutil.copytree(PROJECT / folder, project / folder, ignore=ignored)
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SALESOPS", "AIRFLOW"))}
    env |= {
        "SALESOPS_HOME": str(root / "home"),
        "SALESOPS_PROJECT": str(project),
        "SALESOPS_CONFIG": str(project / "dags" / "salesops" / "demo" / "company"),
        "SALESOPS_POSTGRES_DSN": postgres,
        "SALESOPS_SMTP_HOST": "127.0.0.1",
        "SALESOPS_SMTP_PORT": str(smtp.port),
        "SALESOPS_SMTP_USER": "salesops",
        "SALESOPS_SMTP_PASSWORD": SMTP_PASSWORD,
        "SALESOPS_SMTP_SECURITY": "none",
        "PYTHONPATH": str(project / "dags"),
    }
    made = Company(root / "home", project, env)
    demo = made.salesops("demo", *DEMO)
    assert demo.status == 0, demo.said
    return made


@pytest.fixture(scope="session")
def airflow_api(company: Company) -> Iterator[AirflowApi]:
    """The shared Airflow. It ends with the tests, also when they are killed."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("SALESOPS")]:
                patch.delenv(name)
            for name, value in company.env.items():
                if name.startswith("SALESOPS") or name == "PYTHONPATH":
                    patch.setenv(name, value)
            running = stack.enter_context(airflow(company.settings))
        yield running.api


@pytest.fixture(scope="session")
def first_run(company: Company, airflow_api: AirflowApi) -> Ran:
    """The whole job, once, as a stranger would run it."""
    return company.salesops("run")
