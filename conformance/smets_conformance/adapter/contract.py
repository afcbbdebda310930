"""The six calls by which the suite reaches any system under test, and the vocabulary they carry (see docs/adapter.md).

Times are integer milliseconds of UTC, durations of `advance` whole seconds, quantities integers in the smallest unit the
document implies. Bytes travel as hexadecimal text. There are no floats.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol, TypeAlias, runtime_checkable

import msgspec

# bool | int | str | None | list[Value] | dict[str, Value]; msgspec cannot decode a recursive alias, `check_value` holds it.
Value: TypeAlias = Any


class AdapterError(BaseException):
    """An adapter, or the way to it, failed: an error of the bench, never a fail of the device.

    Derives from BaseException because Hypothesis would otherwise shrink it as if it were a finding.
    """


class Unsupported(AdapterError):
    """The adapter was asked for an act or a look that it does not offer."""


class Command(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A SMETS Command as structure: its name from the dictionary and its parameters.

    `execute_at` (ms UTC) makes it future dated. `flaw` names a defect for the adapter to reproduce (`wire: native` only).
    """

    name: str
    recipient: str = ""
    parameters: dict[str, Value] = {}
    execute_at: int | None = None
    flaw: str | None = None


class _Act(msgspec.Struct, frozen=True, kw_only=True, tag_field="act", omit_defaults=True):
    node: str = ""


class Send(_Act, frozen=True, kw_only=True, tag=True):
    """Deliver a message over `interface` from `originator`; `ref` comes back in the Response."""

    interface: str
    originator: str
    ref: str
    message: str | Command
    session: str = ""


class Press(_Act, frozen=True, kw_only=True, tag=True):
    """A person gives a User Interface Command, with the digits it wants."""

    command: str
    digits: str = ""


class Load(_Act, frozen=True, kw_only=True, tag=True):
    """Electrical load on an element and phase, in watts and vars, until changed."""

    element: str = ""
    phase: int = 1
    active_w: int = 0
    reactive_var: int = 0


class GasFlow(_Act, frozen=True, kw_only=True, tag=True):
    """Gas drawn through the meter, in litres an hour, until changed."""

    litres_per_hour: int


class Voltage(_Act, frozen=True, kw_only=True, tag=True):
    """Supply voltage of a phase in tenths of a volt, until changed."""

    phase: int = 1
    decivolts: int = 2300


class Interrupt(_Act, frozen=True, kw_only=True, tag=True):
    """Take power away from `line`: at once, after `after_ms` of device time, or just after `after_writes` writes to storage."""

    line: str = "power"
    after_ms: int | None = None
    after_writes: int | None = None


class Restore(_Act, frozen=True, kw_only=True, tag=True):
    """Give power back to `line`."""

    line: str = "power"


class HubTime(_Act, frozen=True, kw_only=True, tag=True):
    """The Communications Hub Date and Time runs `offset` ms ahead of the bench's clock from now on; None: it is not available."""

    offset: int | None


class Join(_Act, frozen=True, kw_only=True, tag=True):
    """A peer of `kind` appears on the Smart Metering Home Area Network and offers a Communications Link."""

    peer: str
    kind: str
    certificate: str = ""


class Leave(_Act, frozen=True, kw_only=True, tag=True):
    """A peer disappears from the network."""

    peer: str


class OpenPerimeter(_Act, frozen=True, kw_only=True, tag=True):
    """Someone breaches the Secure Perimeter."""


class ClosePerimeter(_Act, frozen=True, kw_only=True, tag=True):
    """The Secure Perimeter is made whole."""


class BatteryLevel(_Act, frozen=True, kw_only=True, tag=True):
    """The battery's remaining capacity, in percent of nominal."""

    percent: int


class CorruptFirmware(_Act, frozen=True, kw_only=True, tag=True):
    """Damage the stored firmware image named by `which` (active or received)."""

    which: str = "active"


Act: TypeAlias = (
    Send
    | Press
    | Load
    | GasFlow
    | Voltage
    | Interrupt
    | Restore
    | HubTime
    | Join
    | Leave
    | OpenPerimeter
    | ClosePerimeter
    | BatteryLevel
    | CorruptFirmware
)
ACTS: dict[str, type[_Act]] = {
    kind.__name__: kind
    for kind in (
        Send,
        Press,
        Load,
        GasFlow,
        Voltage,
        Interrupt,
        Restore,
        HubTime,
        Join,
        Leave,
        OpenPerimeter,
        ClosePerimeter,
        BatteryLevel,
        CorruptFirmware,
    )
}


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", omit_defaults=True):
    at: int
    interface: str = ""
    to: str = ""
    ref: str = ""
    message: str = ""
    device_utc: int | None = None
    node: str = ""


class Response(_Event, frozen=True, kw_only=True, tag=True):
    """A Response to the Command sent with the same `ref`: outcome `success`, `failure` or `received` (future dated), and values."""

    outcome: str
    values: dict[str, Value] = {}


class Alert(_Event, frozen=True, kw_only=True, tag=True):
    """An Alert, by its name in the dictionary."""

    name: str
    values: dict[str, Value] = {}


class CommandIssued(_Event, frozen=True, kw_only=True, tag=True):
    """The device itself sent a Command to a peer."""

    name: str
    parameters: dict[str, Value] = {}


class Publication(_Event, frozen=True, kw_only=True, tag=True):
    """The device pushed the value of a data item to a peer."""

    item: str
    value: Value


class Alarm(_Event, frozen=True, kw_only=True, tag=True):
    """An audible Alarm."""

    name: str


class Stopped(_Event, frozen=True, kw_only=True, tag=True):
    """The device ceased to run, and why (`power` after an armed Interrupt came true)."""

    why: str


Event: TypeAlias = Response | Alert | CommandIssued | Publication | Alarm | Stopped


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What an adapter offers.

    `acts` names the kinds of act and, of each, what of it (`Send`: Command names; `GasFlow`: nothing); `looks` what can be
    observed, with the seconds each costs; `time` whether it can leap or must be lived through; `wakes` the event kinds that
    `advance` can return early on.
    """

    name: str
    version: str
    systems: tuple[str, ...]
    acts: dict[str, tuple[str, ...]]
    looks: dict[str, int]
    time: Literal["virtual", "real"] = "virtual"
    wire: Literal["gbcs", "native"] = "gbcs"
    wakes: tuple[str, ...] = ()
    accepts_configuration: bool = False
    baselines: tuple[str, ...] = ("commissioned",)


class Setup(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How to begin: the bench's clock (ms UTC), the edition to be judged by, credentials, what to wake on, and a seed."""

    utc: int
    edition: str
    credentials: dict[str, str] = {}
    configuration: dict[str, Value] = {}
    wake_on: tuple[str, ...] = ()
    seed: int = 0


class Reached(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where `reset` arrived: the baseline, the bench's clock (ms UTC) and the device's certificates (hex DER by name)."""

    baseline: str
    utc: int
    certificates: dict[str, str] = {}


@runtime_checkable
class SystemUnderTest(Protocol):
    """Any system under test, driven by six calls."""

    def describe(self) -> Description:
        """Say what this adapter offers; asked once, before anything else."""
        ...

    def reset(self, baseline: str, setup: Setup) -> Reached:
        """Bring the device to a named starting state."""
        ...

    def do(self, act: Act) -> None:
        """Deliver one thing the world does; nothing happens until `advance`."""
        ...

    def advance(self, seconds: int) -> int:
        """Let time pass, 0 to settle what is due now; return the seconds gone, fewer when an event in `wake_on` came out."""
        ...

    def take(self) -> Sequence[Event]:
        """Return everything that came out since last asked, in order."""
        ...

    def look(self, what: str, node: str = "") -> Value:
        """Return what an observer sees now, without side effect on the device."""
        ...
