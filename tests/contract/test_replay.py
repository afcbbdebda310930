"""What was recorded answers again, word for word, also after a way through JSON; and says so where it cannot."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from tests.contract.toy_meter import Toy

from smets_conformance.adapter import (
    Command,
    Exchange,
    GasFlow,
    HubTime,
    Recording,
    ReplayDivergence,
    Send,
    Setup,
    SystemUnderTest,
    Unsupported,
)
from smets_conformance.adapter.guard import Guard
from smets_conformance.adapter.replay import Replay

SETUP = Setup(utc=1_700_000_000_000, edition="gsme@4.2", seed=3)
READ = Send(
    interface="HAN",
    originator="Supplier",
    ref="1",
    message=Command(name="Read Constant Data", parameters={"item": "x"}),
)


def procedure(system: SystemUnderTest) -> list[object]:
    """Make every call, and return all that came of it."""
    begun = [system.describe(), system.reset("commissioned", SETUP)]
    system.do(READ)
    system.do(HubTime(offset=None))
    return [
        *begun,
        system.advance(0),
        list(system.take()),
        system.look("Clock"),
        system.look("Identification"),
        system.advance(60),
        list(system.take()),
    ]


def recorded(run: Callable[[SystemUnderTest], object] = procedure) -> list[Exchange]:
    exchanges: list[Exchange] = []
    run(Recording(Guard(Toy()), exchanges.append))
    return exchanges


def through_json(exchanges: list[Exchange]) -> list[Exchange]:
    return msgspec.json.decode(msgspec.json.encode(exchanges), type=list[Exchange])


def test_the_same_questions_get_the_same_answers() -> None:
    once = procedure(Guard(Toy()))
    exchanges = recorded()
    assert [e.call for e in exchanges][:3] == ["describe", "reset", "do"]
    assert procedure(Replay(exchanges)) == once
    assert procedure(Replay(through_json(exchanges))) == once
    assert procedure(Guard(Replay(through_json(exchanges)))) == once, "a replay keeps the contract itself"


def test_looks_no_longer_asked_for_are_passed_over() -> None:
    system = Replay(recorded())
    system.reset("commissioned", SETUP)
    system.do(READ)
    system.do(HubTime(offset=None))
    system.advance(0)
    system.take()
    assert system.advance(60) == 60


@pytest.mark.parametrize(
    ("ask", "asked"),
    [
        (lambda s: s.do(HubTime(offset=5)), r"do HubTime\(offset=5\)"),
        (lambda s: s.do(GasFlow(litres_per_hour=5)), r"do GasFlow\(litres_per_hour=5\)"),
        (lambda s: s.advance(1), r"advance\(1\)"),
        (lambda s: s.take(), r"take\(\)"),
        (lambda s: s.look("Supply"), r"look\(Supply\)"),
        (lambda s: s.reset("commissioned", Setup(utc=1, edition="gsme@4.2")), r"reset to 'commissioned' with utc=1"),
    ],
)
def test_another_question_is_a_divergence_that_names_both(ask: Callable[[Replay], object], asked: str) -> None:
    system = Replay(through_json(recorded()))
    system.reset("commissioned", SETUP)
    with pytest.raises(
        ReplayDivergence, match=rf"call 3 was do Send\(.*'Read Constant Data'.*the check now asks {asked}"
    ) as caught:
        ask(system)
    assert caught.value.position == 3
    assert caught.value.expected.startswith("do Send(")
    system.do(READ)


def test_beyond_the_end_there_is_no_answer() -> None:
    system = Replay(recorded())
    procedure(system)
    with pytest.raises(
        ReplayDivergence, match=r"call 11 was none: the recording ends there, the check now asks advance\(1\)"
    ):
        system.advance(1)


def test_a_recording_without_description_says_so() -> None:
    with pytest.raises(ReplayDivergence, match="the check now asks describe"):
        Replay([]).describe()


def test_failures_are_raised_again() -> None:
    def fails(system: SystemUnderTest) -> None:
        system.reset("commissioned", SETUP)
        with pytest.raises(Unsupported, match="the look 'Supply' is not offered"):
            system.look("Supply")

    fails(Replay(through_json(recorded(fails))))
