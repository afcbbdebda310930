"""How Commands are received, carried out now or later, and answered (4.4.2, 4.5.3)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from smets_conformance.adapter.contract import Command, Response, Value
from smets_reference.logs import COMMAND as COMMAND_ENTRY
from smets_reference.part import COMMAND, Part, Refused
from smets_reference.shapes import problem

if TYPE_CHECKING:
    from smets_reference.meter import Meter

WAITING = ".waiting commands"
OUTCOME = "Future-dated Command outcome"

# Each Command and what carries it out, given the meter and the parameters, whose shapes have been checked.
HANDLERS: dict[str, Callable[[Meter, dict[str, Value]], dict[str, Value]]] = {
    "Read Configuration Data": lambda meter, parameters: meter.configuration.read(parameters),
    "Read Constant Data": lambda meter, parameters: meter.configuration.read(parameters),
    "Read Operational Data": lambda meter, parameters: meter.configuration.read(parameters),
    "Set Clock": lambda meter, parameters: meter.set_clock.execute(parameters),
    "Write Configuration Data": lambda meter, parameters: meter.configuration.write(parameters),
}


class Commands(Part):
    """Takes Commands. Those for later wait in the Data Store, and leave it in the same frame that holds what they did."""

    __slots__ = ()

    future_dated: ClassVar[tuple[str, ...]] = ("Write Configuration Data",)

    def start(self) -> None:
        """Wait for the time of each Command that is to be carried out later."""
        for waiting in self.waiting():
            self.await_time(waiting)

    def waiting(self) -> list[dict[str, Any]]:
        """Return the Commands that are yet to be carried out."""
        kept: list[dict[str, Any]] = self.meter.store.items.get(WAITING, [])
        return kept

    def receive(self, originator: str, ref: str, command: Command) -> None:
        """Carry a Command out now, or keep it until its time; either way answer the sender (4.4.2)."""
        later = command.execute_at is not None and command.execute_at > self.meter.clock.now()
        outcome, values = self.attempt(
            partial(self.keep, originator, ref, command) if later else partial(self.carry_out, command)
        )
        if not later:
            self.log(command.name, outcome)
        elif outcome == "success":
            outcome = "received"
        self.respond(originator, ref, outcome, values)

    def attempt(self, act: Callable[[], dict[str, Value]]) -> tuple[str, dict[str, Value]]:
        """Return the outcome of `act` and the values to answer with: on failure the reason."""
        try:
            return "success", act()
        except Refused as refusal:
            return "failure", {"reason": refusal.reason}

    def carry_out(self, command: Command) -> dict[str, Value]:
        """Check a Command's parameters and carry it out.

        Raises:
            Refused: it cannot be.
        """
        self.check(command)
        return HANDLERS[command.name](self.meter, command.parameters)

    def keep(self, originator: str, ref: str, command: Command) -> dict[str, Value]:
        """Keep a future dated Command until its time; the same one a second time changes nothing.

        Raises:
            Refused: it cannot be kept.
        """
        if command.name not in self.future_dated:
            raise Refused(f"{command.name} cannot be future dated")
        self.check(command)
        kept = {
            "originator": originator,
            "ref": ref,
            "command": command.name,
            "parameters": command.parameters,
            "execute_at": command.execute_at,
        }
        same = [each for each in self.waiting() if (each["originator"], each["ref"]) == (originator, ref)]
        if same and same != [kept]:
            raise Refused(f"another Command with the reference {ref!r} is waiting for its time")
        if not same:
            self.meter.store.put(WAITING, [*self.waiting(), kept])
            self.await_time(kept)
        return {}

    def await_time(self, kept: dict[str, Any]) -> None:
        """Put a kept Command in line."""
        self.meter.queue.at_time(kept["execute_at"], COMMAND, partial(self.time_has_come, kept))

    def time_has_come(self, kept: dict[str, Any], due: int) -> None:
        """Carry out a kept Command, once, and send the Alert that tells its outcome (4.4.2 ¶9)."""
        self.done_with(kept)
        command = Command(name=kept["command"], parameters=kept["parameters"])
        outcome, values = self.attempt(partial(self.carry_out, command))
        self.log(command.name, outcome)
        told = {"ref": kept["ref"], "command": command.name, "outcome": outcome, "reason": values.get("reason", "")}
        self.tell(kept["originator"], told)

    def done_with(self, kept: dict[str, Any]) -> None:
        """Strike a kept Command off, so that it is never carried out again."""
        self.meter.store.put(WAITING, [each for each in self.waiting() if each != kept])

    def log(self, command: str, outcome: str) -> None:
        """Log a Command and its Outcome (4.5.3 ¶1), but for one that only reads: the log would fill by being read."""
        if not command.startswith("Read "):
            self.meter.logs.event(COMMAND_ENTRY, command=command, outcome=outcome)

    def tell(self, originator: str, values: dict[str, Value]) -> None:
        """Send the Alert with the outcome of a future dated Command."""
        self.meter.alert(OUTCOME, values, to=originator)

    def respond(self, originator: str, ref: str, outcome: str, values: dict[str, Value]) -> None:
        """Answer the sender of a Command, and nobody else (4.4.2 ¶10)."""
        self.meter.world.emit(
            Response(
                at=self.meter.utc(),
                interface="HAN",
                to=originator,
                ref=ref,
                device_utc=self.meter.clock.shown(),
                outcome=outcome,
                values=values,
            )
        )

    def check(self, command: Command) -> None:
        """Hold a Command's parameters to the shapes that the dictionary gives them.

        Raises:
            Refused: one is missing, unknown or malformed.
        """
        names = self.meter.names
        wanted = names.dictionary.commands[command.name].parameters
        if command.parameters.keys() != wanted.keys():
            raise Refused(f"the parameters are {', '.join(command.parameters) or 'none'}, not {', '.join(wanted)}")
        for name, parameter in wanted.items():
            if what := problem(parameter.value, command.parameters[name], names):
                raise Refused(f"{name}: {what}")
