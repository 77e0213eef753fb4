"""The pipeline of a past day in today's build is what a run for that day shows: with today's knowledge and with that day's."""

import re
import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from salesops.demo.generate import write_demo
from salesops.ingest.load import land
from salesops.settings import PACKAGE, Settings
from salesops.warehouse.build import plan
from salesops.warehouse.cases_models import DATABASE, Project, build, rows
from salesops.warehouse.sources import prepare, visible_loads

MODEL = "pipeline_daily"
DAYS_BACK = (3, 40)
"""between the exports, and from before the first"""
Row = dict[str, Any]


@dataclass
class Company:
    """The demo company: its builds, each in a file of its own."""

    settings: Settings
    project: Project
    folder: Path
    builds: int = 0

    def pipeline(self, as_of: date | None = None, known_at: datetime | None = None) -> dict[date, list[str]]:
        """The rows of the pipeline by day, as a build of that day with what was loaded by that instant has them."""
        planned = plan(self.settings, as_of, known_at)
        compiled = self.project.compiled(planned.variables, [MODEL])
        self.builds += 1
        database = self.folder / str(self.builds) / DATABASE
        database.parent.mkdir()
        seeds = self.settings.dbt_project / "seeds"
        prepare(database, self.settings.raw, seeds, self.settings.config, known_at, PACKAGE / "ingest" / "entities.yml")
        build(database, compiled.needed([MODEL]))
        found: dict[date, list[str]] = {}
        for row in rows(database, compiled.models[MODEL]):
            found.setdefault(row["date_day"], []).append(str(row))
        return {day: sorted(held) for day, held in found.items()}

    def land(self) -> datetime:
        """Land what lies there; when the last of it was loaded."""
        for source in ("feeds", "salesforce"):
            land(self.settings, source)
        return max(load.loaded_at for load in visible_loads(self.settings.raw, None))


@dataclass
class Seen:
    """What was seen after each export: its day, when it was loaded, the pipeline of a build of then."""

    company: Company
    then: list[tuple[date, datetime, dict[date, list[str]]]]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    root = tmp_path_factory.mktemp("past-days")
    settings = Settings.from_env({"SALESOPS_HOME": str(root / "home"), "SALESOPS_CONFIG": str(PACKAGE / "demo" / "company")})
    write_demo(root / "exports", opportunities=150, exports=2)
    company = Company(settings, Project(settings.dbt_project), root)
    then = []
    by_time: dict[str, list[Path]] = {}
    for file in (*(root / "exports" / "feeds").iterdir(), *(root / "exports" / "salesforce").iterdir()):
        by_time.setdefault(re.sub(r"\D", "", file.stem)[-14:], []).append(file)
    assert len(by_time) == 2
    for _, files in sorted(by_time.items()):
        for file in files:
            (settings.landing / file.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copy(file, settings.landing / file.parent.name)
        loaded_at = company.land()
        then.append((plan(settings).as_of, loaded_at, company.pipeline()))
    return Seen(company, then)


def test_a_run_for_a_past_day_shows_what_was_known_then(seen: Seen) -> None:
    """Though a later export has been landed since, which tells more of that day."""
    (day, loaded_at, pipeline), _ = seen.then
    assert seen.company.pipeline(as_of=day, known_at=loaded_at) == pipeline


@pytest.mark.parametrize("back", DAYS_BACK)
def test_a_past_day_is_what_a_run_for_it_shows(seen: Seen, back: int) -> None:
    _, (today, _, pipeline) = seen.then
    day = today - timedelta(days=back)
    run = seen.company.pipeline(as_of=day)
    assert max(run) == day
    assert run == {each: held for each, held in pipeline.items() if each <= day}
