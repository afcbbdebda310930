"""What a new meter holds in its Data Store (4.6): every data item of the edition, with the value it leaves the factory with."""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache

from smets_conformance.adapter.contract import Value
from smets_reference.shapes import Names, plainest
from smets_spec.dictionary import load_dictionary

# Entries that each log holds: 4.6.5.7, .9, .12, .14, .15, .17. Three months are 92 days of 48 half hours at most.
CAPACITIES = {
    "Daily Read Log": 31,
    "Event Log": 100,
    "Network Data Log": 40,
    "Prepayment Daily Read Log": 31,
    "Profile Data Log": 92 * 48,
    "Security Log": 100,
}

MAKER = "SMETS conformance project"
MODEL = "Reference gas meter"
FIRMWARE = "1.0.0"
IDENTIFIER = "02005E10000000A1"  # an EUI-64 from the locally administered range

# Where the plainest value would be a strange one to leave the factory with.
FACTORY: dict[str, Value] = {
    "GSME Identifier": IDENTIFIER,
    "Manufacturer Identifier": MAKER,
    "Model Type": MODEL,
    "Privacy PIN": "0000",
    "Calorific Value": 39_500,
    "Conversion Factor": 1_022_640,
    "Payment Mode": "Credit Mode",
    "Supply Depletion State": "unchanged",
    "Supply Tamper State": "unchanged",
    "Suspend Debt Disabled": "not suspended",
    "Suspend Debt Emergency": "not suspended",
    "Firmware Version": FIRMWARE,
    "Remaining Battery Capacity": 3_650,
}


@lru_cache(maxsize=16)
def names_in(edition: str) -> Names:
    """Return the names that stand in an edition of the gas meter, such as `gsme@4.2`."""
    return Names(load_dictionary("gsme"), edition)


def factory_items(edition: str) -> dict[str, Value]:
    """Return the factory value of every data item of `edition` that is not a log of its own."""
    return deepcopy(_factory_items(edition))


@lru_cache(maxsize=16)
def _factory_items(edition: str) -> dict[str, Value]:
    names = names_in(edition)
    items: dict[str, Value] = {
        name: FACTORY[name] if name in FACTORY else plainest(item.value, names)
        for name, item in names.dictionary.items.items()
        if item.stands_in(edition) and name not in CAPACITIES
    }
    # Until somebody configures otherwise every Alert is sent, every event logged, and nothing sounds.
    items["Alerts Configuration Settings"] = dict.fromkeys(sorted(names.alerts), True)
    if "Events Configuration Settings" in items:
        events = sorted(n for n in names.entries if names.dictionary.log_entries[n].log == "Event Log")
        items["Events Configuration Settings"] = {name: {"alarm": False, "log": True} for name in events}
    return items
