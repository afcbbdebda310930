"""Years in the life of the reference gas meter, all its functions at work, beside a bare model that only keeps half hours."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measure import Row, rates
from smets_conformance.adapter.contract import Command, GasFlow, Response, Send, Setup
from smets_reference.adapter import ReferenceMeter

BEGIN = 1_767_225_600_000  # Thursday 1 January 2026, 00:00 UTC
DAYS = 365
HALF_HOURS_A_DAY = 48
LITRES_AN_HOUR = 300
TARGET = 100_000
READ = Command(name="Read Operational Data", parameters={"item": "Consumption Register"})


class BareMeter:
    """What anybody would write first: a register, and a list of what each half hour added to it."""

    __slots__ = ("log", "register", "utc")

    def __init__(self) -> None:
        self.register = 0
        self.utc = BEGIN
        self.log: list[tuple[int, int]] = []

    def half_hour(self, litres: int) -> None:
        self.utc += 1_800_000
        self.register += litres
        self.log.append((self.utc, litres))


def reference(days: int) -> int:
    """Let a reference meter, gas flowing, live `days`; return the half hours.

    Raises:
        RuntimeError: its Consumption Register does not show what flowed.
    """
    meter = ReferenceMeter()
    meter.reset("commissioned", Setup(utc=BEGIN, edition="gsme@4.2"))
    meter.do(GasFlow(litres_per_hour=LITRES_AN_HOUR))
    meter.advance(days * 86_400)
    meter.do(Send(interface="HAN", originator="Supplier", ref="1", message=READ))
    meter.advance(0)
    (answer,) = (event for event in meter.take() if isinstance(event, Response))
    meter.close()
    if answer.values.get("value") != days * 24 * LITRES_AN_HOUR:
        raise RuntimeError(f"after {days} days of {LITRES_AN_HOUR} litres an hour the meter answers {answer.values}")
    return days * HALF_HOURS_A_DAY


def bare(days: int) -> int:
    """Let the bare model live `days`; return the half hours."""
    meter = BareMeter()
    for _ in range(days * HALF_HOURS_A_DAY):
        meter.half_hour(LITRES_AN_HOUR // 2)
    return len(meter.log)


def rows(days: int = DAYS) -> Iterator[Row]:
    """Yield the half hours that pass in a second of CPU time."""
    ours, beside = rates(lambda: reference(days), lambda: bare(days), runs=7)
    yield Row(
        "the reference gas meter",
        "half hours/CPU s",
        ours,
        {"a bare model": beside},
        f"≥ {TARGET:,}",
        ours >= TARGET,
        f"a year takes {DAYS * HALF_HOURS_A_DAY / ours:.2f} s, its Data Store in a file",
    )
