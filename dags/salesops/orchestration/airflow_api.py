"""The few calls of Airflow's REST interface that a run needs, over the standard library."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from salesops.errors import SalesOpsError


class AirflowError(SalesOpsError):
    """Airflow does not start, answer or do what it was asked."""

    exit_status = 1


class AirflowApi:
    """A client of one Airflow whose every visitor on loopback is an administrator."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._token = ""

    def health(self) -> dict[str, str]:
        """The status of each part (healthy, unhealthy), as Airflow sees it; empty when nothing answers."""
        try:
            answer = self._open("GET", "/api/v2/monitor/health", None, {})
        except (OSError, ValueError):
            return {}
        return {name: part.get("status") or "absent" for name, part in answer.items()}

    def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        """The answer to GET /api/v2/<path>. Raises AirflowError when Airflow refuses or stays away for a minute."""
        query = f"?{urllib.parse.urlencode(parameters, doseq=True)}" if parameters else ""
        return self._call("GET", f"/api/v2/{path}{query}", None)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to POST /api/v2/<path>. Raises AirflowError as `get` does."""
        return self._call("POST", f"/api/v2/{path}", body)

    def log_lines(self, dag_id: str, run_id: str, task_id: str, map_index: int, try_number: int) -> list[dict[str, Any]]:
        """A task's log as Airflow shows it: one dictionary an event, empty when there is none."""
        run = urllib.parse.quote(run_id, safe="")
        path = f"dags/{dag_id}/dagRuns/{run}/taskInstances/{task_id}/logs/{try_number}"
        content = self.get(path, map_index=map_index, full_content="true").get("content", [])
        return [line for line in content if isinstance(line, dict)]

    def _call(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        deadline = time.monotonic() + 60
        while True:
            try:
                if not self._token:
                    self._token = self._open("GET", "/auth/token", None, {})["access_token"]
                return self._open(method, path, body, {"Authorization": f"Bearer {self._token}"})
            except urllib.error.HTTPError as error:
                if error.code == 401:
                    self._token = ""
                elif error.code < 500:
                    detail = error.read(500).decode(errors="replace")
                    raise AirflowError(f"Airflow at {self.url} refused {method} {path}: {error.code} {detail}") from error
                reason = f"{error.code} {error.reason}"
            except OSError as error:
                reason = str(error)
            if time.monotonic() > deadline:
                raise AirflowError(f"Airflow at {self.url} does not answer ({reason}): see its logs, then run again")
            time.sleep(0.5)

    def _open(self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]) -> dict[str, Any]:
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json", **headers},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            answer: dict[str, Any] = json.loads(response.read() or b"{}")
            return answer
