"""Whatever an adapter does wrong is the adapter's error, says what it was, and keeps its log; what the suite does wrong is not."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pytest
from tests.contract import toy_meter
from tests.contract.toy_meter import Toy, misbehaving

from smets_conformance.adapter import (
    AdapterDied,
    AdapterError,
    AdapterLied,
    AdapterMalformed,
    AdapterNotStarted,
    AdapterRaised,
    AdapterTimeout,
    Alert,
    Command,
    GasFlow,
    HubTime,
    LoggedError,
    Response,
    Send,
    Setup,
    SystemUnderTest,
    Unsupported,
)
from smets_conformance.adapter.guard import Guard, Needs
from smets_conformance.adapter.naming import ALIKE, misspellings
from smets_conformance.adapter.process import ChildSystem
from smets_spec.dictionary import load_dictionary

SETUP = Setup(utc=1_700_000_000_000, edition="gsme@4.2")
TOY = [sys.executable, toy_meter.__file__]
READ = Send(interface="HAN", originator="Supplier", ref="1", message=Command(name="Read Constant Data"))

# What each misdeed is called, in this process and in a child, and what its error must say.
IN_PROCESS: list[tuple[str, type[LoggedError], str]] = [
    ("raises", AdapterRaised, r"raised ZeroDivisionError in advance\(10\): no clock"),
    ("exits", AdapterRaised, r"raised SystemExit in advance\(10\)"),
    ("hangs", AdapterTimeout, r"did not return from advance\(10\) within 0.3 s"),
    ("hangs and swallows", AdapterTimeout, r"within 0.3 s, and swallowed being told so"),
    ("floats", AdapterLied, r"look\('Clock'\)\.litres\[1\]: 1\.5 is a float; use a whole number"),
    ("bytes", AdapterLied, r"is a bytes; send bytes as hexadecimal text"),
    ("huge number", AdapterLied, r"a number beyond 64 bits"),
    ("not text keys", AdapterLied, r"has the key 1, an int; keys are text"),
    ("bottomless", AdapterLied, r"nested deeper than 32 levels"),
    ("more seconds", AdapterLied, r"advance\(10\) returned 11: more than was asked for"),
    ("fewer seconds", AdapterLied, r"advance\(10\) returned 9, with nothing in wake_on"),
    ("negative seconds", AdapterLied, r"advance\(10\) returned -1; time does not run backwards"),
    ("seconds as text", AdapterLied, r"answered a str; it answers int"),
    ("seconds as truth", AdapterLied, r"answered a bool; it answers int"),
    ("nothing from advance", AdapterLied, r"answered a NoneType; it answers int"),
    ("no list", AdapterLied, r"take\(\) answered a int; it answers a list of events"),
    ("no event", AdapterLied, r"event 1 of take\(\) is a dict, and no event"),
    ("event from the future", AdapterLied, r"is at 1700000010001, after the bench's time 1700000010000"),
    ("event from before reset", AdapterLied, r"time ran backwards"),
    ("events out of order", AdapterLied, r"event 2 of take\(\), Alert, is at 1700000009999, before 1700000010000"),
    ("event with float", AdapterLied, r"event 1 of take\(\)\.values\.off\[0\]: 0\.5 is a float"),
    (
        "event with number for name",
        AdapterLied,
        r"event 1 of take\(\) is no Alert: Expected `str`, got `int` - at `\$\.name`",
    ),
    (
        "misspelt Alert",
        AdapterLied,
        r"'Clock diference over Limit' is no alert; 'Clock difference over limit' is one",
    ),
    ("misspelt interface", AdapterLied, r"'Han' is no interface; 'HAN' is one"),
    ("misspelt outcome", AdapterLied, r"'Success' is no outcome; 'success' is one"),
    ("answers an act", AdapterLied, r"do\(HubTime\) answered 'done'; it answers nothing"),
    ("another baseline", AdapterLied, r"reset to 'commissioned' reached 'shelf'"),
    ("no Reached", AdapterLied, r"reset\(\) answered a dict; it answers Reached"),
    ("no description", AdapterLied, r"describe\(\) answered a dict; it answers Description"),
    (
        "unknown act offered",
        AdapterLied,
        r"the act 'HubTme', which the contract does not know; did you mean 'HubTime'\?",
    ),
    ("unknown event to wake on", AdapterLied, r"'Allert', which the contract does not know; did you mean 'Alert'\?"),
    ("a look that gives time", AdapterLied, r"the look 'Clock' takes -1 seconds"),
    ("no common baseline", AdapterLied, r"does not offer the baseline 'commissioned'"),
    ("text for a cost", AdapterLied, r"is no Description: Expected `int`, got `str`"),
]
IN_A_CHILD: list[tuple[str, type[LoggedError], str]] = [
    ("raises", AdapterRaised, r"answered advance\(10\) with an error: ZeroDivisionError: no clock"),
    ("exits", AdapterRaised, r"answered advance\(10\) with an error: SystemExit: 0"),
    ("hangs", AdapterTimeout, r"did not answer in time when asked to advance\(10\)"),
    ("hangs and swallows", AdapterTimeout, r"did not answer in time when asked to advance\(10\)"),
    ("floats", AdapterRaised, r"may not cross the contract: result\.litres\[1\]: 1\.5 is a float"),
    ("more seconds", AdapterLied, r"advance\(10\) returned 11: more than was asked for"),
    ("event from the future", AdapterLied, r"after the bench's time"),
    ("no event", AdapterMalformed, r"Object missing required field `at`"),
    ("seconds as text", AdapterMalformed, r"Expected `int`, got `str`"),
    ("answers an act", AdapterMalformed, r"Expected `null`"),
    ("dies", AdapterDied, r"was killed by SIGKILL when asked to advance\(10\)"),
    ("ends", AdapterDied, r"ended with exit code 3 when asked to advance\(10\)"),
    ("closes its output", AdapterDied, r"closed its output and went on running when asked to advance\(10\)"),
    ("prints garbage", AdapterMalformed, r"'Traceback \(most recent call last\):'"),
    ("ends inside a line", AdapterDied, r"ended with exit code 0"),
    ("a reply to something else", AdapterMalformed, r"a reply with the id 99, where that of request 5 is due"),
    ("huge reply", AdapterMalformed, r"sent a line of over 16777216 bytes"),
]


def go_through(system: Guard) -> None:
    """Make every call of the contract once."""
    system.reset("commissioned", SETUP)
    system.do(HubTime(offset=5))
    system.advance(10)
    system.take()
    system.look("Clock")


@contextmanager
def child(*args: str, **limits: float) -> Iterator[ChildSystem]:
    system = ChildSystem([*TOY, *args], **limits)
    try:
        yield system
    finally:
        system.close()


def test_a_sound_adapter_passes_and_its_needs_are_noted() -> None:
    system = Guard(Toy())
    assert system.needs() == Needs()
    go_through(system)
    system.do(READ)
    system.advance(0)
    assert [type(event) for event in system.take()] == [Response]
    assert system.needs() == Needs(acts=("HubTime", "Send Read Constant Data"), looks=("Clock",))


@pytest.mark.parametrize(("misdeed", "kind", "says"), IN_PROCESS, ids=[m for m, *_ in IN_PROCESS])
def test_misdeeds_in_this_process(misdeed: str, kind: type[LoggedError], says: str) -> None:
    handler = signal.getsignal(signal.SIGALRM)
    with pytest.raises(kind, match=says) as caught:
        go_through(Guard(misbehaving(misdeed), call_s=0.3))
    assert type(caught.value) is kind
    if kind is AdapterRaised:
        assert "Traceback" in caught.value.log
    assert signal.getsignal(signal.SIGALRM) is handler
    assert signal.getitimer(signal.ITIMER_REAL)[1] == 0, "the guard's alarm, which repeats, is off"


@pytest.mark.parametrize(("misdeed", "kind", "says"), IN_A_CHILD, ids=[m for m, *_ in IN_A_CHILD])
def test_misdeeds_in_a_child(misdeed: str, kind: type[LoggedError], says: str) -> None:
    system = ChildSystem([*TOY, misdeed])
    guard = Guard(system, call_s=1.0)
    with pytest.raises(kind, match=says) as caught:
        go_through(guard)
    assert type(caught.value) is kind
    if misdeed == "dies":
        assert "last words" in caught.value.log
    if misdeed == "raises":
        assert "in misbehave" in caught.value.log
    if kind in (AdapterDied, AdapterMalformed, AdapterTimeout):
        assert_gone(system)
        with pytest.raises(AdapterDied, match="the adapter is gone: it "):
            system.advance(1)
    guard.close()
    assert_gone(system)


def assert_gone(system: ChildSystem) -> None:
    """The child has been reaped, so no process, not even a zombie, has its number."""
    with pytest.raises(ProcessLookupError):
        os.kill(system._child.pid, 0)


def test_what_is_not_offered_is_refused_before_the_adapter_is_asked() -> None:
    system = Guard(Toy())
    refusals: list[tuple[Any, str]] = [
        (lambda: system.reset("shelf", SETUP), "the baseline 'shelf' is not offered; there are commissioned"),
        (lambda: system.reset("commissioned", Setup(utc=0, edition="gsme@4.2", wake_on=("Alarm",))), "waking on Alarm"),
        (lambda: system.reset("commissioned", Setup(utc=0, edition="", configuration={"a": 1})), "a configuration"),
        (lambda: system.do(GasFlow(litres_per_hour=1)), "the act GasFlow is not offered"),
        (lambda: system.look("Supply"), "the look 'Supply' is not offered"),
        (
            lambda: system.do(Send(interface="HAN", originator="S", ref="1", message=Command(name="Set Clock"))),
            "the act Send of 'Set Clock' is not offered",
        ),
    ]
    for call, says in refusals:
        with pytest.raises(Unsupported, match=says):
            call()
    system.reset("commissioned", SETUP)
    with pytest.raises(Unsupported, match="there is no annex"):
        system.do(HubTime(offset=1, node="annex"))


def test_what_the_suite_does_wrong_is_not_put_down_to_the_adapter() -> None:
    system = Guard(Toy())
    system.reset("commissioned", SETUP)
    wrong: list[tuple[Any, str]] = [
        (lambda: system.advance(-1), "a whole number of seconds"),
        (lambda: system.advance(1.5), "a whole number of seconds"),  # type: ignore[arg-type]
        (lambda: system.do("HubTime"), "the act may not cross the contract"),  # type: ignore[arg-type]
        (lambda: system.do(HubTime(offset=0.5)), "Expected `int | null`, got `float`"),  # type: ignore[arg-type]
        (
            lambda: system.do(
                Send(
                    interface="HAN",
                    originator="S",
                    ref="1",
                    message=Command(name="Read Constant Data", parameters={"x": 0.5}),
                )
            ),
            r"act\.message\.parameters\.x: 0\.5 is a float",
        ),
        (lambda: system.reset("commissioned", Setup(utc="now", edition="")), "the setup may not cross"),  # type: ignore[arg-type]
    ]
    for call, says in wrong:
        with pytest.raises(ValueError, match=says):
            call()


def test_waking_early_needs_an_event_that_wakes() -> None:
    waking = Setup(utc=SETUP.utc, edition="gsme@4.2", wake_on=("Alert",))
    system = Guard(Toy())
    system.reset("commissioned", waking)
    system.do(HubTime(offset=5))
    assert system.advance(10) == 1
    assert [type(event) for event in system.take()] == [Alert]
    sleepless = misbehaving("fewer seconds")
    system = Guard(sleepless)
    system.reset("commissioned", waking)
    system.advance(10)
    with pytest.raises(AdapterLied, match="returned early, but none of Alert came out"):
        system.take()


def test_in_real_time_the_wall_decides() -> None:
    toy = Toy(time="real")
    toy.advance = lambda seconds: 3  # type: ignore[method-assign]
    system = Guard(toy)
    system.reset("commissioned", SETUP)
    with pytest.raises(AdapterLied, match="more than went by"):
        system.advance(1)
    toy.take = lambda: [Alert(at=SETUP.utc + 60_000, name="toy")]  # type: ignore[method-assign]
    with pytest.raises(AdapterLied, match="after the bench's time"):
        system.take()
    toy.take = lambda: [Alert(at=SETUP.utc + 500, name="toy")]  # type: ignore[method-assign]
    assert len(system.take()) == 1


def test_an_alarm_that_was_set_before_still_rings() -> None:
    rang: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda *_: rang.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        go_through(Guard(Toy()))
        time.sleep(0.3)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert rang == [1]


def test_outside_the_main_thread_there_is_no_alarm_and_all_else_holds() -> None:
    caught: list[BaseException] = []

    def run() -> None:
        try:
            go_through(Guard(misbehaving("raises")))
        except AdapterRaised as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)
    assert len(caught) == 1


def test_ctrl_c_is_not_the_adapters_doing() -> None:
    toy = Toy()
    toy.advance = toy_meter.raising(KeyboardInterrupt())  # type: ignore[method-assign, assignment]
    system = Guard(toy)
    system.reset("commissioned", SETUP)
    with pytest.raises(KeyboardInterrupt):
        system.advance(1)


def test_a_childs_acts_are_pipelined_and_in_order() -> None:
    with child() as system:
        guard = Guard(system)
        guard.reset("commissioned", SETUP)
        for n in range(500):
            guard.do(Send(interface="HAN", originator="S", ref=str(n), message=Command(name="Read Constant Data")))
        assert guard.advance(5) == 5
        assert [event.ref for event in guard.take()] == [str(n) for n in range(500)]


def test_a_pipelined_act_that_fails_is_told_at_the_next_call() -> None:
    with child() as system:
        system.reset("commissioned", SETUP)
        system.do(HubTime(offset=1, node="annex"))
        system.do(HubTime(offset=2))
        with pytest.raises(Unsupported, match="there is no annex"):
            system.advance(3)
        assert len(system.take()) == 1, "the acts after it, and the call that told of it, were carried out"


def test_a_child_that_chatters_on_its_outputs_is_understood(tmp_path: Path) -> None:
    script = tmp_path / "chatty.py"
    script.write_text(
        "import sys\n"
        "from smets_conformance.adapter import serve\n"
        "from tests.contract.toy_meter import Toy\n"
        "class Chatty(Toy):\n"
        "    def advance(self, seconds):\n"
        "        print('x' * 200_000)\n"
        "        sys.stdout.flush()\n"
        "        print('the end', file=sys.stderr, flush=True)\n"
        "        return super().advance(seconds)\n"
        "serve(Chatty())\n"
    )
    root = str(Path(toy_meter.__file__).parents[2])
    system = ChildSystem(["env", f"PYTHONPATH={root}", sys.executable, str(script)])
    try:
        go_through(Guard(system, call_s=10))
        assert len(system.log) == 64 * 1024
        assert system.log.endswith("the end\n")
    finally:
        system.close()


def test_a_child_that_ignores_its_closed_input_is_killed_with_all_its_offspring(tmp_path: Path) -> None:
    number = tmp_path / "grandchild"
    greeting = '{"id":1,"result":{"protocol":1}}'
    stubborn = f"sleep 300 & echo $! > {number}; read line; echo '{greeting}'; sleep 300"
    system = ChildSystem(["sh", "-c", stubborn], call_s=5)
    began = time.monotonic()
    system.close()
    assert time.monotonic() - began < 6
    assert_gone(system)
    assert_ends(int(number.read_text()))


def assert_ends(pid: int) -> None:
    """The process ends soon; an orphan that nobody has reaped yet counts as ended."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.01)
    pytest.fail(f"the process {pid} lives on")


def test_a_child_that_has_ended_while_its_offspring_holds_the_pipes_is_noticed() -> None:
    leaving = "sleep 300 & read line; exit 4"
    began = time.monotonic()
    with pytest.raises(AdapterError, match="ended with exit code 4"):
        ChildSystem(["sh", "-c", leaving], reset_s=30)
    assert time.monotonic() - began < 10


def test_a_child_lost_without_close_is_ended() -> None:
    system = ChildSystem(TOY)
    pid = system._child.pid
    del system
    assert_ends(pid)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["/nonexistent/adapter"], "cannot be run: No such file or directory"),
        (["false"], "ended with exit code 1"),
        (["sh", "-c", "echo hello; sleep 60"], "JSON is malformed.*'hello'"),
        (
            ["sh", "-c", """read l; echo '{"id":1,"result":{"protocol":2}}'; sleep 60"""],
            "speaks version 2 of the protocol",
        ),
        (["sh", "-c", """read l; echo '{"id":1,"error":{"kind":"protocol","message":"too new"}}'; cat"""], "too new"),
        (["sleep", "60"], "did not answer in time when asked to hello"),
    ],
)
def test_a_child_that_does_not_start_says_why(command: list[str], says: str) -> None:
    with pytest.raises(AdapterNotStarted, match=says):
        ChildSystem(command, reset_s=1)


def test_a_toy_and_a_guard_are_systems_under_test() -> None:
    assert isinstance(Toy(), SystemUnderTest)
    assert isinstance(Guard(Toy()), SystemUnderTest)


def test_a_makers_own_alert_is_left_alone_and_names_of_the_dictionary_are_never_taken_for_another() -> None:
    own = Alert(at=0, name="Smell of gas", interface="HAN")
    assert list(misspellings(own, "gsme")) == []
    assert list(misspellings(Alert(at=0, name="Clock diference over limit"), "toaster")) == []
    dictionary = load_dictionary("gsme")
    for name in dictionary.alerts:
        assert list(misspellings(Alert(at=0, name=name), "gsme")) == []
        assert (
            get_close_matches(
                name.casefold(), {n.casefold() for n in dictionary.alerts} - {name.casefold()}, cutoff=ALIKE
            )
            == []
        )
