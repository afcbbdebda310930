"""Which parts a meter is built from; a fault or a variant is a design that differs from the sound one in one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from smets_reference.clock import Clock, Timekeeper
from smets_reference.commands import Commands
from smets_reference.configuration import Configuration
from smets_reference.data import CAPACITIES
from smets_reference.editions import Behaviour, behaviour_in
from smets_reference.engine.oscillator import temperature_compensated
from smets_reference.gas_meter import GasMeter
from smets_reference.hub_link import HubLink
from smets_reference.logs import Logs
from smets_reference.recording import Recording
from smets_reference.set_clock import SetClock
from smets_reference.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """The parts of a gas meter, and what it declares of itself that a part needs to know."""

    name: str = "sound"
    oscillator_error: Callable[[int], int] = temperature_compensated  # ppb, by the seed of the specimen
    behaviour: Callable[[str], Behaviour] = behaviour_in
    capacities: Mapping[str, int] = field(default_factory=lambda: CAPACITIES)
    store: type[Store] = Store
    clock: type[Clock] = Clock
    timekeeper: type[Timekeeper] = Timekeeper
    hub_link: type[HubLink] = HubLink
    logs: type[Logs] = Logs
    gas_meter: type[GasMeter] = GasMeter
    recording: type[Recording] = Recording
    configuration: type[Configuration] = Configuration
    set_clock: type[SetClock] = SetClock
    commands: type[Commands] = Commands


SOUND = Design()
