"""Before the parts of a deployment start: metadata at this version, the pool, the administrator's password file.

python -m salesops.orchestration.prepare_deployment
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from salesops.errors import ConfigurationError, SalesOpsError


def main() -> int:
    """Exit status 0 when the deployment may start, 2 when a setting is missing."""
    try:
        write_passwords(Path(os.environ["AIRFLOW_HOME"]) / "passwords.json", os.environ)
    except SalesOpsError as error:
        print(f"salesops: {error}", file=sys.stderr)
        return error.exit_status
    from airflow.utils import db

    from salesops.orchestration.metadata import create_pool

    db.initdb()
    create_pool()
    return 0


def write_passwords(file: Path, environ: Mapping[str, str]) -> None:
    """The file that Airflow's SimpleAuthManager reads, owner only. Raises ConfigurationError for a missing setting."""
    user, password = environ.get("AIRFLOW_ADMIN_USER"), environ.get("AIRFLOW_ADMIN_PASSWORD")
    if not user or not password:
        raise ConfigurationError("AIRFLOW_ADMIN_USER and AIRFLOW_ADMIN_PASSWORD are needed: set them in .env")
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        json.dump({user: password}, stream)


if __name__ == "__main__":
    sys.exit(main())
