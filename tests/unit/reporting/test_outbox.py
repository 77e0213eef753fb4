"""The outbox: each mail once, whatever happens on the way."""

import dataclasses
import email
import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from report_build import make_settings

from salesops.errors import ConfigurationError, DeliveryError
from salesops.reporting.claims import claimer, recover
from salesops.reporting.deliver import MAX_ATTEMPTS, Clock, deliver
from salesops.reporting.enqueue import Letter, Policy, enqueue
from salesops.reporting.mail import Content, Sender
from salesops.reporting.outbox import Mail, Outbox
from salesops.reporting.transport import Outcome, ServerUnavailable
from salesops.settings import Settings

NOW = datetime(2026, 3, 15, 6, 0, tzinfo=UTC)
SENDER = Sender("Salesops", "salesops@example.com")


class Time:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = NOW
        self.slept: list[float] = []

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


class Post:
    """A transport that answers as told and remembers what arrived."""

    def __init__(self, answers: dict[str, list[str]] | None = None) -> None:
        self.answers = answers or {}
        self.arrived: list[tuple[str, bytes]] = []

    def send(self, mail: Mail, sender: str, to: str, message: bytes, before_content: Callable[[], None]) -> Outcome:
        answers = self.answers.get(mail.recipient, [])
        answer = answers.pop(0) if answers else "sent"
        if answer in {"down", "locked"}:
            raise ServerUnavailable("mail server is down", answer == "down")
        if answer == "refused":
            return Outcome("failed", "550 5.1.1")
        if answer == "later":
            return Outcome("temporary", "451")
        before_content()
        if answer != "lost":
            self.arrived.append((to, message))
        return Outcome("unknown", "cut off after DATA") if answer in {"lost", "cut"} else Outcome("sent", "250")

    def close(self) -> None:
        pass


def letter(address: str = "a@example.com", period: str = "week-1", figures: str = "1", report: str = "r") -> Letter:
    return Letter(
        report, period, address, f"hash-{figures}", "build", Content(f"Figures {figures}", figures, f"<p>{figures}</p>", ())
    )


def put(settings: Settings, *letters: Letter, policy: Policy | None = None) -> list[str]:
    with Outbox(settings.outbox) as outbox:
        return [enqueue(outbox, one, SENDER, policy or Policy(), NOW) for one in letters]


def states(settings: Settings) -> dict[str, str]:
    with Outbox(settings.outbox) as outbox:
        return {mail.recipient: mail.state for mail in outbox.find("report = 'r'")}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


def test_a_mail_goes_out_once(settings: Settings) -> None:
    post = Post()
    assert put(settings, letter(), letter("b@example.com")) == ["queued", "queued"]
    assert deliver(settings, transport=post).as_dict() == {"sent": 2, "failed": 0, "unknown": 0, "waiting": 0}
    assert put(settings, letter(), letter("B@Example.com")) == ["known", "known"]
    assert deliver(settings, transport=post).sent == 0
    assert [to for to, _ in post.arrived] == ["a@example.com", "b@example.com"]


def test_a_restated_period_is_not_sent_again(settings: Settings) -> None:
    post = Post()
    put(settings, letter())
    deliver(settings, transport=post)
    assert put(settings, letter(figures="2")) == ["known"]
    assert put(settings, letter(period="week-2", figures="2")) == ["queued"]
    assert deliver(settings, transport=post).sent == 1


def test_a_report_that_corrects_itself_is_sent_again_in_its_thread(settings: Settings) -> None:
    post, policy = Post(), Policy(corrected=True)
    put(settings, letter(), policy=policy)
    deliver(settings, transport=post)
    assert put(settings, letter(figures="2"), policy=policy) == ["queued"]
    deliver(settings, transport=post)
    first, second = (email.message_from_bytes(message) for _, message in post.arrived)
    assert first["Message-ID"] != second["Message-ID"]
    assert first["Message-ID"] in second["References"]
    assert put(settings, letter(), policy=policy) == ["known"]


def test_figures_restated_before_sending_replace_those_that_wait(settings: Settings) -> None:
    post = Post()
    assert put(settings, letter(), letter(figures="2")) == ["queued", "replaced"]
    assert deliver(settings, transport=post).sent == 1
    assert b"Figures 2" in post.arrived[0][1]


def test_news_is_told_when_it_changes_and_only_then(settings: Settings) -> None:
    post, policy = Post(), Policy(when_changed=True)
    day = [letter(period=f"day-{number}", figures=figures) for number, figures in enumerate("1122")]
    outcomes = []
    for one in day:
        outcomes += put(settings, one, policy=policy)
        deliver(settings, transport=post)
    assert outcomes == ["queued", "known", "queued", "known"]
    assert put(settings, letter(period="day-3", figures="1"), policy=policy) == ["queued"]


def test_a_refusal_for_now_is_tried_again_with_growing_waits(settings: Settings) -> None:
    post, time = Post({"a@example.com": ["later", "later"]}), Time()
    put(settings, letter())
    assert deliver(settings, transport=post, clock=time.clock).sent == 1
    assert time.slept == [2.0, 8.0]
    assert len(post.arrived) == 1


def test_patience_has_an_end_and_the_next_delivery_goes_on(settings: Settings) -> None:
    post, time = Post({"a@example.com": ["later"] * 4}), Time()
    put(settings, letter())
    counts = deliver(settings, transport=post, clock=time.clock)
    assert (counts.sent, counts.waiting) == (0, 1)
    assert sum(time.slept) <= 60
    time.now += timedelta(hours=1)
    assert deliver(settings, transport=post, clock=time.clock).sent == 1


def test_refused_for_now_too_often_is_refused(settings: Settings) -> None:
    post, time = Post({"a@example.com": ["later"] * 20}), Time()
    put(settings, letter())
    for _ in range(MAX_ATTEMPTS):
        deliver(settings, transport=post, clock=time.clock)
        time.now += timedelta(hours=12)
    assert states(settings) == {"a@example.com": "failed"}


def test_a_refusal_for_good_is_told_to_the_operators_once(settings: Settings) -> None:
    post = Post({"a@example.com": ["refused"]})
    put(settings, letter(), letter("b@example.com"))
    counts = deliver(settings, transport=post)
    assert (counts.sent, counts.failed) == (2, 1)
    assert [to for to, _ in post.arrived] == ["b@example.com", "ops@example.com"]
    told = email.message_from_bytes(post.arrived[1][1])
    assert told["Subject"] == "1 mail was not delivered"
    body = told.get_payload()[0].get_payload(decode=True).decode()  # type: ignore[union-attr, index]
    assert "a@example.com" in body
    assert "550 5.1.1" in body
    assert deliver(settings, transport=post).as_dict() == {"sent": 0, "failed": 0, "unknown": 0, "waiting": 0}


def test_a_mail_that_may_have_arrived_is_not_sent_again(settings: Settings) -> None:
    post = Post({"a@example.com": ["cut"]})
    put(settings, letter())
    assert deliver(settings, transport=post).unknown == 1
    assert deliver(settings, transport=post).sent == 0
    assert [to for to, _ in post.arrived] == ["a@example.com", "ops@example.com"]
    assert states(settings) == {"a@example.com": "unknown"}


def test_an_operator_may_send_it_again(settings: Settings) -> None:
    post = Post({"a@example.com": ["lost"]})
    put(settings, letter())
    deliver(settings, transport=post)
    with Outbox(settings.outbox) as outbox:
        (mail,) = outbox.find("state = 'unknown'")
        assert outbox.retry([mail.mail_id, "no such mail"], NOW) == 1
    assert deliver(settings, transport=post).sent == 1


def test_an_alert_that_fails_makes_no_further_alert(settings: Settings) -> None:
    post = Post({"a@example.com": ["refused"], "ops@example.com": ["refused", "refused", "refused"]})
    put(settings, letter())
    for _ in range(3):
        deliver(settings, transport=post)
    assert post.arrived == []
    with Outbox(settings.outbox) as outbox:
        assert outbox.counts() == {"failed": 2}


def test_a_server_that_is_down_keeps_every_mail(settings: Settings) -> None:
    post, time = Post({"a@example.com": ["down"] * 3}), Time()
    put(settings, letter(), letter("b@example.com"))
    with pytest.raises(DeliveryError, match="mails that wait in the outbox: 2"):
        deliver(settings, transport=post, clock=time.clock)
    assert time.slept == [2.0, 8.0]
    with Outbox(settings.outbox) as outbox:
        assert [(mail.state, mail.attempts) for mail in outbox.find()] == [("rendered", 0), ("rendered", 0)]
    assert deliver(settings, transport=post, clock=time.clock).sent == 2


def test_a_refused_login_is_not_tried_again(settings: Settings) -> None:
    post, time = Post({"a@example.com": ["locked"]}), Time()
    put(settings, letter())
    with pytest.raises(DeliveryError):
        deliver(settings, transport=post, clock=time.clock)
    assert time.slept == []


def _die(folder: Path, in_data: bool) -> None:
    outbox = Outbox(folder)
    with claimer(folder) as name:
        mail = outbox.claim(name, NOW)
        assert mail is not None
        if in_data:
            outbox.mark_in_data(mail)
        import os

        os._exit(9)


@pytest.mark.parametrize(("in_data", "state", "sent"), [(False, "sent", 1), (True, "unknown", 1)])
def test_a_deliverer_that_dies_leaves_no_mail_in_doubt_but_one_after_data(
    settings: Settings, in_data: bool, state: str, sent: int
) -> None:
    put(settings, letter())
    process = multiprocessing.get_context("fork").Process(target=_die, args=(settings.outbox, in_data))
    process.start()
    process.join()
    assert states(settings) == {"a@example.com": "sending"}
    post = Post()
    assert deliver(settings, transport=post).sent == sent
    assert states(settings) == {"a@example.com": state}
    assert [to for to, _ in post.arrived] == (["ops@example.com"] if in_data else ["a@example.com"])
    assert list((settings.outbox / "deliverers").iterdir()) == []


def test_the_claim_of_a_living_deliverer_stands(settings: Settings) -> None:
    put(settings, letter())
    with Outbox(settings.outbox) as outbox, claimer(settings.outbox) as name:
        assert outbox.claim(name, NOW) is not None
        assert recover(outbox, NOW) == 0
        assert deliver(settings, transport=Post()).sent == 0


def _deliver_to_folder(
    settings: Settings, start: "multiprocessing.synchronize.Event", results: "multiprocessing.Queue[int]"
) -> None:
    start.wait()
    results.put(deliver(settings).sent)


def test_deliverers_at_once_send_each_mail_once(settings: Settings) -> None:
    put(settings, *(letter(f"a{number}@example.com") for number in range(40)))
    context = multiprocessing.get_context("fork")
    start, results = context.Event(), context.Queue()
    processes = [context.Process(target=_deliver_to_folder, args=(settings, start, results)) for _ in range(3)]
    for process in processes:
        process.start()
    start.set()
    sent = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    assert sum(sent) == 40
    assert len(list((settings.outbox / "week-1").glob("*.eml"))) == 40
    assert not list((settings.outbox / "week-1").glob(".*"))


def test_files_are_whole_private_and_complete_mails(settings: Settings) -> None:
    put(settings, letter("odd/../name@example.com"))
    deliver(settings)
    (file,) = (settings.outbox / "week-1").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    message = email.message_from_bytes(file.read_bytes())
    assert (message["To"], message["From"]) == ("odd/../name@example.com", "Salesops <salesops@example.com>")
    assert message["Date"]
    assert (settings.outbox / "outbox.db").stat().st_mode & 0o777 == 0o600


def test_before_go_live_all_mail_goes_to_one_address(settings: Settings) -> None:
    post = Post()
    put(settings, letter(), letter("b@example.com"))
    deliver(dataclasses.replace(settings, mail_redirect="test@example.com"), transport=post)
    assert [to for to, _ in post.arrived] == ["test@example.com"] * 2
    assert email.message_from_bytes(post.arrived[0][1])["To"] == '"for a@example.com" <test@example.com>'
    put(settings, letter())
    assert deliver(settings, transport=post).sent == 0
    with pytest.raises(ConfigurationError, match="SALESOPS_MAIL_REDIRECT"):
        deliver(dataclasses.replace(settings, mail_redirect="a@example.com, b@example.com"))
