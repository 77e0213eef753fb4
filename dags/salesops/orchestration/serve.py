"""`salesops airflow`: this home's Airflow in the foreground, for looking around and for hourly ingest."""

import time

from salesops.orchestration.local_airflow import airflow, find_running, stop
from salesops.orchestration.run import say, sigterm_unwinds
from salesops.settings import Settings

SCHEDULE = "@hourly"


def serve(settings: Settings) -> int:
    """Run Airflow until Ctrl-C, with crm_ingest every hour; 1 when it runs already or ends by itself."""
    if (already := find_running(settings)) is not None:
        say(f"Airflow already answers at {already.url}")
        return 1
    try:
        with sigterm_unwinds(), airflow(settings, schedule=SCHEDULE) as running:
            say(f"Airflow answers at {running.url}; Ctrl-C ends it")
            while running.is_alive():
                time.sleep(1)
    except KeyboardInterrupt:
        return 0
    say(f"a part of Airflow ended by itself: see {running.home.logs}")
    return 1


def stop_serving(settings: Settings) -> int:
    """End the Airflow that runs for this home."""
    say("ended" if stop(settings) else "no Airflow runs for this home")
    return 0
