"""What is recorded by the calendar: half hourly Consumption and the reads of every midnight (4.4.9), once each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smets_reference.part import HALF_HOUR, MIDNIGHT, Part

if TYPE_CHECKING:
    from smets_conformance.adapter.contract import Value
    from smets_reference.engine.queue import Action
    from smets_reference.meter import Meter

HALF_HOUR_MS = 1_800_000
DAY_MS = 86_400_000

NEXT_HALF_HOUR = ".next half hour"
NEXT_MIDNIGHT = ".next midnight"

# 4.4.9.4: what a midnight copies, and what it copies besides while operating in Prepayment Mode.
DAILY = ("Tariff TOU Register Matrix", "Tariff Block Counter Matrix", "Consumption Register")
PREPAYMENT_DAILY = (
    "Meter Balance",
    "Emergency Credit Balance",
    "Accumulated Debt Register",
    "Payment Debt Register",
    "Time Debt Registers [1 … 2]",
)


class Recording(Part):
    """Keeps, for each thing to be recorded, when it is due next; whatever the Clock is set over is then due at once.

    When each is due is in the Data Store, in the same frame as the entry, so neither a loss of power nor a step of the
    Clock makes an entry missing or double.
    """

    __slots__ = ("_litres",)

    def __init__(self, meter: Meter) -> None:
        """Take up what is due, or make the first boundary after now due."""
        super().__init__(meter)
        items = meter.store.items
        if NEXT_HALF_HOUR not in items:
            now = meter.clock.now()
            meter.store.put(NEXT_HALF_HOUR, [now // HALF_HOUR_MS * HALF_HOUR_MS + HALF_HOUR_MS, 0])
            meter.store.put(NEXT_MIDNIGHT, now // DAY_MS * DAY_MS + DAY_MS)
        self._litres = int(items[NEXT_HALF_HOUR][1])  # the register at the last half hour

    def start(self) -> None:
        """Wait for the next half hour and the next midnight."""
        items = self.meter.store.items
        self.meter.queue.at_time(items[NEXT_HALF_HOUR][0], HALF_HOUR, self.half_hour)
        self.meter.queue.at_time(items[NEXT_MIDNIGHT], MIDNIGHT, self.midnight)

    def half_hour(self, due: int) -> int:
        """Record the Consumption of the thirty minutes that end at `due` (ms UTC); return when the next end (4.4.9.5)."""
        litres = self.meter.gas_meter.settle()
        self.meter.store.append("Profile Data Log", {"utc": due, "Consumption": litres - self._litres})
        self._litres = litres
        self.meter.store.put(NEXT_HALF_HOUR, [due + HALF_HOUR_MS, litres])
        return due + HALF_HOUR_MS

    def midnight(self, due: int) -> int:
        """Take the daily reads of the midnight `due` (ms UTC); return when the next is (4.4.9.4)."""
        self.meter.gas_meter.settle()
        self._copy("Daily Read Log", due, DAILY)
        if self.meter.store.items["Payment Mode"] == "Prepayment Mode":
            self._copy("Prepayment Daily Read Log", due, PREPAYMENT_DAILY)
        self.meter.store.put(NEXT_MIDNIGHT, due + DAY_MS)
        return due + DAY_MS

    def clock_stepped(self, difference: int) -> None:
        """Begin the calendar anew when the Clock went back by a whole period or more (4.5.3.20 ¶5).

        After a shorter step back the boundary that comes round a second time has its entry already. After a longer one,
        to wait until the old time is reached again would be to miss every boundary until then.
        """
        now = self.meter.clock.now()
        if difference <= -HALF_HOUR_MS:
            due = -(-now // HALF_HOUR_MS) * HALF_HOUR_MS
            self.meter.store.put(NEXT_HALF_HOUR, [due, self._litres])
            self._wait_anew(due, HALF_HOUR, self.half_hour)
        if difference <= -DAY_MS:
            due = -(-now // DAY_MS) * DAY_MS
            self.meter.store.put(NEXT_MIDNIGHT, due)
            self._wait_anew(due, MIDNIGHT, self.midnight)

    def _wait_anew(self, due: int, rank: int, action: Action) -> None:
        self.meter.queue.cancel(action)
        self.meter.queue.at_time(due, rank, action)

    def _copy(self, log: str, due: int, items: tuple[str, ...]) -> None:
        entry: dict[str, Value] = {"utc": due}
        for item in items:
            entry[item] = self.meter.read(item)
        self.meter.store.append(log, entry)
