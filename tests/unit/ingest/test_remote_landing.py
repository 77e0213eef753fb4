"""A landing folder on a server: the same raw state as from a local one, whatever happens on the way."""

import os
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.config import conf
from ingest_home import Home
from landing_servers import PASSWORD, S3, SECRET, Sftp, s3_server, sftp_server
from raw_state import everything

from salesops.demo.generate import write_demo
from salesops.errors import ConfigurationError, InputError, SalesOpsError, Unreachable
from salesops.ingest import remote as remote_module
from salesops.ingest.discover import sources_with_new_files
from salesops.ingest.load import LoadCounts, land, land_folder
from salesops.ingest.mapping_files import load_mappings
from salesops.ingest.remote import Remote, RemoteFile
from salesops.settings import PACKAGE, Settings

MAPPING = """
source: crm
files:
  - match: "teams*.csv"
    entity: team
    dialect: {encoding: utf-8, delimiter: ","}
    full_export: true
    columns: {team_id: Id, team_name: Name}
"""
DAYS = ("20260301T000000Z", "20260302T000000Z", "20260303T000000Z")
MEMORY = "memory://landing"
COMPANY = PACKAGE / "demo" / "company"


def teams(*rows: tuple[str, str]) -> str:
    return "Id,Name\n" + "".join(f"{key},{name}\n" for key, name in rows)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config"
    (path / "mappings").mkdir(parents=True)
    (path / "mappings" / "crm.yml").write_text(MAPPING)
    return path


def settings_of(home: Path, url: str, config: Path | None = None) -> Settings:
    environ = {"SALESOPS_HOME": str(home), "SALESOPS_LANDING": url}
    return Settings.from_env(environ | ({"SALESOPS_CONFIG": str(config)} if config else {}))


class MemoryLanding:
    """The landing folder at memory://landing, and which of its files were downloaded."""

    def __init__(self, settings: Settings) -> None:
        self.files, self.settings, self.downloads = fsspec.filesystem("memory"), settings, list[str]()

    def put(self, name: str, content: str | bytes) -> None:
        self.files.pipe(f"/landing/{name}", content.encode() if isinstance(content, str) else content)

    def land(self) -> LoadCounts:
        return land(self.settings, "crm")


@pytest.fixture
def memory(tmp_path: Path, config: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryLanding]:
    landing = MemoryLanding(settings_of(tmp_path / "home", MEMORY, config))
    landing.files.makedirs("/landing", exist_ok=True)
    count_downloads(monkeypatch, landing.downloads)
    yield landing
    landing.files.rm("/landing", recursive=True)


def count_downloads(monkeypatch: pytest.MonkeyPatch, names: list[str]) -> None:
    download = Remote.download

    def counted(self: Remote, file: RemoteFile, target: Path) -> None:
        names.append(file.name)
        download(self, file, target)

    monkeypatch.setattr(Remote, "download", counted)


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    with s3_server() as server:
        yield server


@pytest.fixture
def s3_environment(s3: S3, monkeypatch: pytest.MonkeyPatch) -> S3:
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    return s3


@pytest.fixture
def sftp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sftp]:
    root = tmp_path / "server"
    (root / "landing" / "crm").mkdir(parents=True)
    with sftp_server(root) as server:
        monkeypatch.setitem(
            conf, "sftp", {"username": "crm", "password": PASSWORD, "known_hosts": server.known_hosts(tmp_path / "known_hosts")}
        )
        yield server


def sftp_url(server: Sftp, connection: str = "") -> str:
    return f"sftp://{connection}127.0.0.1:{server.port}/landing"


# ------------------------------------------------------------------ what a local landing folder does holds here too


def test_new_changed_and_gone_files_are_landed_as_from_a_local_folder(memory: MemoryLanding, tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    local = Home(tmp_path / "local")
    mapping = load_mappings(memory.settings.config)["crm"]

    def put(name: str, content: str) -> None:
        memory.put(f"crm/{name}", content)
        local.put(name, content)

    def both_land() -> LoadCounts:
        counts = memory.land()
        assert replace(counts) == replace(land_folder(mapping, local.landing, local.raw))
        assert comparable(memory.settings.raw) == comparable(local.raw)
        return counts

    put(f"teams_{DAYS[0]}.csv", teams(("a", "A"), ("b", "B")) + "broken\n")
    assert both_land().landed == 2
    # the next export, in a folder below
    put(f"sub/teams_{DAYS[1]}.csv", teams(("a", "A"), ("b", "C")))
    assert both_land().repeated == 1
    # a correction under the same name, of the same size
    put(f"teams_{DAYS[0]}.csv", teams(("a", "A"), ("b", "D")) + "broken\n")
    assert len(both_land().loads) >= 1
    # a renamed file is nothing new
    memory.files.mv(f"/landing/crm/sub/teams_{DAYS[1]}.csv", f"/landing/crm/teams_x_{DAYS[1]}.csv")
    (local.landing / f"sub/teams_{DAYS[1]}.csv").rename(local.landing / f"teams_x_{DAYS[1]}.csv")
    assert both_land().loads == []
    # what is gone there goes here
    memory.files.rm(f"/landing/crm/teams_{DAYS[0]}.csv")
    (local.landing / f"teams_{DAYS[0]}.csv").unlink()
    assert both_land().loads == []
    copy = memory.settings.landing / "crm"
    assert [path.relative_to(copy).as_posix() for path in copy.rglob("*")] == [f"teams_x_{DAYS[1]}.csv"]


def comparable(raw: Path) -> dict[str, Any]:
    """The raw state without what depends on when a revision was made."""
    return {name: rows for name, rows in everything(raw).items() if not name.endswith("load.json")}


def test_a_second_run_downloads_nothing(memory: MemoryLanding) -> None:
    memory.put(f"crm/teams_{DAYS[0]}.csv", teams(("a", "A")))
    memory.put(f"crm/teams_{DAYS[1]}.csv", teams(("a", "B")))
    assert sources_with_new_files(memory.settings) == ["crm"]
    assert memory.downloads == []
    memory.land()
    assert len(memory.downloads) == 2
    assert sources_with_new_files(memory.settings) == []
    assert memory.land().loads == []
    assert len(memory.downloads) == 2
    # one that changed, of the same size
    memory.put(f"crm/teams_{DAYS[1]}.csv", teams(("a", "C")))
    assert sources_with_new_files(memory.settings) == ["crm"]
    assert len(memory.land().loads) == 1
    assert memory.downloads[2:] == [f"teams_{DAYS[1]}.csv"]


def test_a_file_system_that_tells_sizes_alone_is_read_anew(memory: MemoryLanding, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_module, "VERSIONS", ())
    memory.put(f"crm/teams_{DAYS[0]}.csv", teams(("a", "A")))
    memory.land()
    assert sources_with_new_files(memory.settings) == ["crm"]
    memory.put(f"crm/teams_{DAYS[0]}.csv", teams(("a", "B")))
    assert len(memory.land().loads) == 1


@pytest.mark.parametrize("name", ["teams.csv.part", ".teams.csv", "teams.tmp", "sub/.hidden/teams.csv"])
def test_unfinished_and_hidden_files_are_not_downloaded(memory: MemoryLanding, name: str) -> None:
    memory.put(f"crm/{name}", teams(("a", "A")))
    assert sources_with_new_files(memory.settings) == []
    counts = memory.land()
    assert (counts.loads, counts.left, counts.unmapped, memory.downloads) == ([], [], [], [])


def test_a_file_that_no_entry_takes_is_named_and_not_downloaded(memory: MemoryLanding) -> None:
    memory.put("crm/notes.txt", "x")
    assert sources_with_new_files(memory.settings) == []
    assert (memory.land().unmapped, memory.downloads) == (["notes.txt"], [])


def test_a_file_that_grows_between_two_listings_is_left_with_its_extraction(
    memory: MemoryLanding, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"teams_{DAYS[0]}.csv"
    memory.put(f"crm/{name}", teams(("a", "A")))
    memory.put(f"crm/teams_more_{DAYS[0]}.csv", teams(("m", "M")))
    memory.put(f"crm/teams_{DAYS[1]}.csv", teams(("a", "A")))
    download = Remote.download

    def grow(self: Remote, file: RemoteFile, target: Path) -> None:
        download(self, file, target)
        if file.name == name:
            memory.put(f"crm/{name}", teams(("a", "A"), ("b", "B")))

    monkeypatch.setattr(Remote, "download", grow)
    counts = memory.land()
    assert counts.left == [f"{name}: still being written"]
    # the other extraction landed, and nothing of this one
    assert (len(counts.loads), counts.read) == (1, 1)
    monkeypatch.undo()
    assert sources_with_new_files(memory.settings) == ["crm"]
    assert memory.land().read == 3


def test_what_is_not_whole_is_not_landed_after_a_kill(memory: MemoryLanding, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between the file and its line in the journal, and with half a line: it is downloaded again."""
    memory.put(f"crm/teams_{DAYS[0]}.csv", teams(("a", "A")))
    memory.land()
    journal = memory.settings.landing / "_tmp" / "crm.jsonl"
    journal.write_text(journal.read_text()[:-9])
    memory.put(f"crm/teams_{DAYS[1]}.csv", teams(("a", "A")))
    assert memory.land().read == 1
    assert sorted(memory.downloads) == sorted([f"teams_{DAYS[0]}.csv"] * 2 + [f"teams_{DAYS[1]}.csv"])


def test_a_name_that_leaves_the_folder_is_refused_and_the_others_land(memory: MemoryLanding) -> None:
    memory.put(f"crm/teams_{DAYS[0]}.csv", teams(("a", "A")))
    memory.files.store["/landing/crm/../../teams.csv"] = memory.files.store[f"/landing/crm/teams_{DAYS[0]}.csv"]
    try:
        with pytest.raises(InputError, match="a name that is no path below the folder: rename it"):
            memory.land()
    finally:
        del memory.files.store["/landing/crm/../../teams.csv"]
    assert memory.land().loads == []
    assert not list(memory.settings.home.parent.rglob("teams.csv"))


def test_another_landing_folder_is_fetched_from_the_beginning(memory: MemoryLanding) -> None:
    memory.put(f"crm/teams_{DAYS[0]}.csv", teams(("a", "A")))
    memory.land()
    memory.files.pipe(f"/landing/elsewhere/crm/teams_{DAYS[0]}.csv", teams(("a", "B")).encode())
    other = settings_of(memory.settings.home, f"{MEMORY}/elsewhere", memory.settings.config)
    assert len(land(other, "crm").loads) == 1


def test_the_copy_is_readable_by_its_owner_alone(memory: MemoryLanding) -> None:
    memory.put(f"crm/sub/teams_{DAYS[0]}.csv", teams(("a", "A")))
    before = os.umask(0)
    try:
        memory.land()
    finally:
        os.umask(before)
    copy = memory.settings.landing
    modes = {path.relative_to(copy).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in (copy, *copy.rglob("*"))}
    assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}


# ------------------------------------------------------------------ servers


def test_the_demo_on_s3_gives_the_raw_state_of_the_local_one(
    s3_environment: S3, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = settings_of(tmp_path / "a", str(tmp_path / "landing"), COMPANY)
    remote = settings_of(tmp_path / "b", "s3://exports/demo", COMPANY)
    demo = write_demo(local.landing, seed=7, opportunities=100, exports=2)
    for path in demo.files:
        s3_environment.put(f"demo/{path.relative_to(local.landing).as_posix()}", path.read_bytes())
    downloads: list[str] = []
    count_downloads(monkeypatch, downloads)
    sources = sources_with_new_files(local)
    assert sources_with_new_files(remote) == sources == ["feeds", "hubspot", "salesforce"]
    for source in sources:
        land(local, source)
        land(remote, source)
    assert everything(remote.raw) == everything(local.raw)
    assert len(downloads) == len(demo.files)
    # a second run downloads nothing
    assert sources_with_new_files(remote) == []
    assert all(land(remote, source).loads == [] for source in sources)
    assert len(downloads) == len(demo.files)


def test_a_corrected_object_of_the_same_size_lands(s3_environment: S3, tmp_path: Path, config: Path) -> None:
    settings = settings_of(tmp_path / "home", "s3://exports/corrected", config)
    s3_environment.put(f"corrected/crm/teams_{DAYS[0]}.csv", teams(("a", "A")))
    # a folder that was made in a console is an object of its own
    s3_environment.put("corrected/crm/", "")
    s3_environment.put("corrected/crm/teams/", "")
    first = land(settings, "crm")
    s3_environment.put(f"corrected/crm/teams_{DAYS[0]}.csv", teams(("a", "B")))
    second = land(settings, "crm")
    assert len(first.loads) == len(second.loads) == 1
    assert first.loads != second.loads


@pytest.mark.parametrize("name", [f"teams_{DAYS[0]}.csv/teams_{DAYS[1]}.csv", f"teams_{'x' * 250}{DAYS[1]}.csv"])
def test_a_key_that_is_no_name_of_a_file_is_refused_and_the_others_land(
    s3_environment: S3, tmp_path: Path, config: Path, name: str
) -> None:
    settings = settings_of(tmp_path / "home", "s3://exports/names", config)
    s3_environment.put(f"names/crm/teams_{DAYS[0]}.csv", teams(("a", "A")))
    s3_environment.put(f"names/crm/{name}", teams(("a", "A")))
    with pytest.raises(InputError, match=r"cannot be kept here \(.+\): rename it"):
        land(settings, "crm")
    s3_environment.remove(f"names/crm/{name}")
    assert len(list(settings.raw.glob("crm/*/load.json"))) == 1


def test_sftp_lands_and_reads_nothing_twice(sftp: Sftp, tmp_path: Path, config: Path) -> None:
    settings = settings_of(tmp_path / "home", sftp_url(sftp), config)
    (sftp.root / "landing/crm" / f"teams_{DAYS[0]}.csv").write_text(teams(("a", "A")))
    (sftp.root / "landing/crm" / f"teams_{DAYS[1]}.csv").symlink_to(sftp.root / "landing/crm" / f"teams_{DAYS[0]}.csv")
    assert sources_with_new_files(settings) == ["crm"]
    assert land(settings, "crm").read == 1
    assert sources_with_new_files(settings) == []
    assert land(settings, "crm").loads == []
    assert sftp.opened == [f"landing/crm/teams_{DAYS[0]}.csv"]


KILLED = """
    from fsspec.config import conf
    from salesops.ingest.load import land
    from salesops.settings import Settings
    land(Settings.from_env(), "crm")
"""


def test_killed_during_a_download_the_next_run_goes_on(sftp: Sftp, tmp_path: Path, config: Path) -> None:
    settings, calm = settings_of(tmp_path / "home", sftp_url(sftp), config), Home(tmp_path)
    small, big = f"teams_{DAYS[0]}.csv", f"teams_{DAYS[1]}.csv"
    for name, count in ((small, 3), (big, 40_000)):
        (sftp.root / "landing/crm" / name).write_text(teams(*((str(key), "x" * 10) for key in range(count))))
        calm.put(name, (sftp.root / "landing/crm" / name).read_bytes())
    sftp.hold_after = (big, 200_000)
    options = {f"FSSPEC_SFTP_{name.upper()}": value for name, value in conf["sftp"].items()}
    environ = os.environ | options
    environ |= {"SALESOPS_HOME": str(settings.home), "SALESOPS_CONFIG": str(config), "SALESOPS_LANDING": sftp_url(sftp)}
    running = subprocess.Popen([sys.executable, "-c", textwrap.dedent(KILLED)], env=environ)
    assert sftp.holding.wait(60)
    running.send_signal(signal.SIGKILL)
    assert running.wait(30) == -signal.SIGKILL
    sftp.hold_after = None
    assert (settings.landing / "crm" / small).is_file()
    assert not (settings.landing / "crm" / big).exists()
    assert not list(settings.raw.glob("crm/*"))
    assert land(settings, "crm").read == 40_003
    assert sftp.opened == [f"landing/crm/{name}" for name in (small, big, big)]
    land_folder(load_mappings(config)["crm"], calm.landing, calm.raw)
    assert everything(settings.raw) == everything(calm.raw)


def test_a_download_takes_little_memory(s3_environment: S3, tmp_path: Path) -> None:
    s3_environment.put("big/crm/teams.csv", b"x" * 200_000_000)
    program = """
        import resource, sys
        from pathlib import Path
        from salesops.ingest.remote import Remote
        from salesops.landing_url import landing_of

        peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        remote = Remote(landing_of("s3://exports/big"))
        (file,) = remote.files("crm")
        before = peak()
        remote.download(file, Path(sys.argv[1]))
        print(peak() - before)
    """
    run = [sys.executable, "-c", textwrap.dedent(program), str(tmp_path / "target")]
    ended = subprocess.run(run, check=True, capture_output=True, text=True)
    assert (tmp_path / "target").stat().st_size == 200_000_000
    assert int(ended.stdout) < 100_000, "KiB"


# ------------------------------------------------------------------ credentials


def test_an_airflow_connection_gives_the_credentials(
    sftp: Sftp, tmp_path: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known_hosts = conf["sftp"]["known_hosts"]
    monkeypatch.setitem(conf, "sftp", {"known_hosts": known_hosts})
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path / "airflow"))
    monkeypatch.setenv(
        "AIRFLOW_CONN_EXPORTS",
        f'{{"conn_type": "sftp", "host": "127.0.0.1", "port": {sftp.port}, "login": "crm", "password": "{PASSWORD}"}}',
    )
    (sftp.root / "landing/crm" / f"teams_{DAYS[0]}.csv").write_text(teams(("a", "A")))
    settings = settings_of(tmp_path / "home", sftp_url(sftp, "exports@"), config)
    assert land(settings, "crm").read == 1
    with pytest.raises(ConfigurationError, match="there is no Airflow connection nobody: add it to Airflow, or"):
        land(settings_of(tmp_path / "other", sftp_url(sftp, "nobody@"), config), "crm")


def refusal(settings: Settings) -> SalesOpsError:
    with pytest.raises(SalesOpsError) as caught:
        land(settings, "crm")
    error = caught.value
    assert "\n" not in str(error)
    # neither in the line nor in what a traceback would show
    assert error.__cause__ is None
    assert error.__suppress_context__
    for secret in (PASSWORD, SECRET, "AKIAIOSFODNN7EXAMPLE"):
        assert secret not in str(error)
    return error


def test_a_wrong_bucket_is_one_line(s3_environment: S3, tmp_path: Path, config: Path) -> None:
    error = refusal(settings_of(tmp_path / "home", "s3://nosuchbucket/landing", config))
    assert str(error).startswith("s3://nosuchbucket/landing: not found: correct SALESOPS_LANDING")
    with pytest.raises(InputError, match=r"^s3://nosuchbucket: not found"):
        sources_with_new_files(settings_of(tmp_path / "home", "s3://nosuchbucket", config))


def test_refused_s3_credentials_are_one_line(s3_environment: S3, tmp_path: Path, config: Path) -> None:
    import urllib.request

    def demand(count: str) -> None:
        request = urllib.request.Request(f"{s3_environment.endpoint}/moto-api/reset-auth", data=count.encode(), method="POST")
        request.add_header("Content-Type", "text/plain")
        urllib.request.urlopen(request).close()

    demand("0")
    try:
        error = refusal(settings_of(tmp_path / "home", "s3://exports/landing", config))
    finally:
        demand("inf")
    assert "s3://exports/landing: access is refused (PermissionError, ClientError, InvalidAccessKeyId)" in str(error)


def test_refused_sftp_credentials_and_strange_servers_are_one_line(
    sftp: Sftp, tmp_path: Path, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(tmp_path / "home", sftp_url(sftp), config)
    good = conf["sftp"]
    monkeypatch.setitem(conf, "sftp", good | {"password": PASSWORD + "x"})
    assert f"{sftp_url(sftp)}: access is refused (PermissionError, PermissionDenied)" in str(refusal(settings))
    (tmp_path / "empty").write_text("")
    monkeypatch.setitem(conf, "sftp", good | {"known_hosts": str(tmp_path / "empty")})
    assert "the server's host key is not the known one (" in str(refusal(settings))
    # without a word about known hosts, those of ~/.ssh count
    monkeypatch.setitem(conf, "sftp", {name: value for name, value in good.items() if name != "known_hosts"})
    assert "the server's host key is not the known one (" in str(refusal(settings))


def test_a_server_that_is_down_may_be_back(tmp_path: Path, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(conf, "sftp", {"username": "crm", "password": PASSWORD})
    error = refusal(settings_of(tmp_path / "home", "sftp://127.0.0.1:1/landing", config))
    assert isinstance(error, Unreachable)
    assert str(error).startswith("sftp://127.0.0.1:1/landing: cannot be read (ConnectionRefusedError)")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (f"sftp://crm:{PASSWORD}@host/landing", "SALESOPS_LANDING=sftp://host/landing holds credentials or a query"),
        (f"https://host/landing?token={SECRET}", "SALESOPS_LANDING=https://host/landing holds credentials or a query"),
        ("s3://", "names no bucket or folder"),
        ("simplecache::s3://bucket", "chains file systems"),
        ("s3://a b@bucket/x", "no name of an Airflow connection"),
        ("nosuch://bucket/x", "fsspec knows no nosuch://"),
        ("gs://bucket/x", "needs the package gcsfs: pip install gcsfs"),
        ("gs://google@bucket/x", "needs apache-airflow-providers-google: pip install"),
    ],
)
def test_a_url_that_cannot_be_used_is_told(tmp_path: Path, config: Path, url: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        land(settings_of(tmp_path / "home", url, config), "crm")
    assert message in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("form", ["{}", "file://{}", "local://{}", "{}/"])
def test_a_local_folder_is_read_in_place(tmp_path: Path, config: Path, form: str) -> None:
    settings = settings_of(tmp_path / "home", form.format(tmp_path / "landing"), config)
    assert (settings.landing, settings.landing_url) == (tmp_path / "landing", None)


def test_a_local_folder_needs_neither_airflow_nor_fsspec(tmp_path: Path, config: Path) -> None:
    (tmp_path / "landing" / "crm").mkdir(parents=True)
    (tmp_path / "landing" / "crm" / f"teams_{DAYS[0]}.csv").write_text(teams(("a", "A")))
    program = """
        import sys
        from salesops.ingest.discover import sources_with_new_files
        from salesops.ingest.load import land
        from salesops.settings import Settings
        settings = Settings.from_env()
        assert [land(settings, source).read for source in sources_with_new_files(settings)] == [1]
        print(sorted({"airflow", "fsspec", "upath"} & set(sys.modules)))
    """
    environ = {"SALESOPS_HOME": str(tmp_path / "home"), "SALESOPS_CONFIG": str(config)}
    environ |= {"SALESOPS_LANDING": str(tmp_path / "landing")}
    run = [sys.executable, "-c", textwrap.dedent(program)]
    ended = subprocess.run(run, env=os.environ | environ, check=True, capture_output=True, text=True)
    assert ended.stdout.strip() == "[]"
