"""Kill a gas meter while time passes, and see what its Data Store still holds: one case a seed.

A child process serves the adapter and is killed with SIGKILL while it carries out `advance`. A twin has lived through the
same, undisturbed. What the killed meter's file holds must be what the twin's held after some event of that `advance`; and
powered up again, the killed meter must come to what the twin has come to, with every calendar event there once.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from smets_conformance.adapter import codec
from smets_conformance.adapter.contract import Act, Command, GasFlow, HubTime, Send, Setup
from smets_reference import journal, store
from smets_reference.adapter import ReferenceMeter
from smets_reference.data import CAPACITIES
from smets_reference.store import Store, held

HOUR_MS = 3_600_000
DAY_S = 86_400
NEVER = 1 << 60

# The child: as much is gathered before it is handed to the operating system, and as long may the file grow, as it is told.
CHILD = """
import sys
from pathlib import Path
from smets_conformance.adapter.serve import serve
from smets_reference import journal, store
journal.BUFFER, store.LONGEST = int(sys.argv[2]), int(sys.argv[3])
from smets_reference.adapter import ReferenceMeter
serve(ReferenceMeter(store=Path(sys.argv[1])))
"""


class Life(NamedTuple):
    """What happens to a meter in one case: how it begins, what is done to it, how long it is left alone and in how many calls."""

    setup: Setup
    before: tuple[Act, ...]
    world: tuple[Act, ...]
    calls: int
    seconds: int
    buffer: int
    longest: int
    instant: float


def life_of(seed: int) -> Life:
    """Return the life of one case, drawn by its seed."""
    draw = random.Random(f"kill {seed}")
    utc = 1_735_689_600_000 + draw.randrange(2 * 365 * DAY_S) * 1000 + draw.randrange(1000)
    days = draw.choice((120, 365, 730))
    calls = draw.choice((1, 1, 1, 12))
    world = (HubTime(offset=draw.randrange(-9_000, 9_000)), GasFlow(litres_per_hour=draw.randrange(1, 3_000)))
    later = sorted(draw.sample(range(1, days * 24), 12))
    kept = (_write(f"later {n}", n, utc + hour * HOUR_MS) for n, hour in enumerate(later))
    return Life(
        setup=Setup(utc=utc, edition=draw.choice(("gsme@2.0", "gsme@3.1", "gsme@4.2", "gsme@5.0-draft4")), seed=seed),
        before=(_write("now", 999, None), *kept),
        world=world,
        calls=calls,
        seconds=days * DAY_S // calls,
        buffer=draw.choice((1, 256, 1 << 16)),
        longest=draw.choice((1 << 15, 1 << 22)),
        instant=draw.random(),
    )


def _write(ref: str, threshold: int, execute_at: int | None) -> Send:
    items = {"Disablement Threshold": threshold, "Supplier Message": f"message {threshold}"}
    command = Command(name="Write Configuration Data", parameters={"items": items}, execute_at=execute_at)
    return Send(interface="HAN", originator="Supplier", ref=ref, message=command)


class Twin(NamedTuple):
    """The meter that was not disturbed: its file, frame by frame, and how long its last calls took."""

    path: Path
    begun: int
    utc: int
    took: float


def twin_of(life: Life, path: Path) -> Twin:
    """Live a life undisturbed, keeping every frame; the seconds taken are those of what the other is killed in."""
    store.LONGEST = NEVER
    try:
        meter = ReferenceMeter(store=path)
        meter.reset("commissioned", life.setup)
        for act in (*life.world, *life.before):
            meter.do(act)
        meter.advance(1)
        begun = path.stat().st_size
        start = time.perf_counter()
        for _ in range(life.calls):
            meter.advance(life.seconds)
        took = time.perf_counter() - start
        meter.close()
    finally:
        store.LONGEST = 1 << 22
    return Twin(path, begun, life.setup.utc + 1000 * (1 + life.calls * life.seconds), took)


def kill(seed: int) -> dict[str, Any]:
    """Carry out one case; return where the kill fell and what was wrong, which is to be nothing."""
    life = life_of(seed)
    with tempfile.TemporaryDirectory(prefix="smets-kill-") as folder:
        twin = twin_of(life, Path(folder) / "twin")
        path = Path(folder) / "killed"
        answered = _live_and_die(life, path, twin)
        boundary, after_kill = _boundary(path, twin)
        result = {
            "edition": life.setup.edition,
            "buffer": life.buffer,
            "advances finished": answered,
            "events before the kill": boundary,
            "wrong": after_kill,
        }
        if not after_kill:
            result["wrong"] = _go_on(life, path, twin)
        return result


def _live_and_die(life: Life, path: Path, twin: Twin) -> int:
    """Let the child live until a random instant of its last calls, kill it, and return how many of them it had finished."""
    command = [sys.executable, "-c", CHILD, str(path), str(life.buffer), str(life.longest)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("the child has no pipes")
        requests = list(_requests(life))
        first, last = requests[: -life.calls], requests[-life.calls :]
        child.stdin.write(b"".join(codec.encode_request(request) for request in first))
        child.stdin.flush()
        for request in first:
            codec.decode_reply(child.stdout.readline(), request)
        child.stdin.write(b"".join(codec.encode_request(request) for request in last))
        child.stdin.flush()
        time.sleep(life.instant * twin.took)
        child.kill()
        return child.stdout.read().count(b"\n")


def _requests(life: Life) -> Iterator[codec.Request]:
    yield codec.Hello(id=1, protocol=codec.PROTOCOL)
    yield codec.Reset(id=2, baseline="commissioned", setup=life.setup)
    for act in (*life.world, *life.before):
        yield codec.Do(id=3, act=act)
    yield codec.Advance(id=4, seconds=1)
    for _ in range(life.calls):
        yield codec.Advance(id=5, seconds=life.seconds)


def _boundary(path: Path, twin: Twin) -> tuple[int, str]:
    """Return after how many events of the twin's last calls its state was what the killed meter's file holds."""
    killed = Store(path, CAPACITIES)
    found = held(killed)
    killed.close()
    for events, state in _states(twin, killed.count):
        if state == found:
            return events, ""
    return -1, f"at the count {killed.count} the file holds what the twin never held after an event of that advance"


def _states(twin: Twin, count: int) -> Iterator[tuple[int, Any]]:
    """Yield each state of the twin's that was kept at a count, with how many events of its last calls had gone before it."""
    frames = list(journal.whole_frames(twin.path.read_bytes()))
    replay = twin.path.with_suffix(".replay")
    begun = sum(end <= twin.begun for end, _ in frames)
    for number, (end, body) in enumerate(frames, start=1):
        if number >= begun and store.count_of(body) == count:
            replay.write_bytes(twin.path.read_bytes()[:end])
            at_that_event = Store(replay, CAPACITIES)
            yield number - begun, held(at_that_event)
            at_that_event.close()


def _go_on(life: Life, path: Path, twin: Twin) -> str:
    """Power the killed meter up again and let it live as long as the twin did; say what is then otherwise than the twin's."""
    meter = ReferenceMeter(store=path)
    reached = meter.reset("as left", Setup(utc=0, edition=life.setup.edition))
    for act in life.world:
        meter.do(act)
    meter.advance(-(-(twin.utc - reached.utc) // 1000))
    meter.close()
    ended = [Store(each, CAPACITIES) for each in (path, twin.path)]
    (items, logs), (twins_items, twins_logs) = (held(each) for each in ended)
    for each in ended:
        each.close()
    for of_less_than_a_second in (items, twins_items):
        of_less_than_a_second.pop(".volume")
    wrong = [log for log in logs if logs[log] != twins_logs[log]]
    wrong += [item for item in twins_items if items.get(item) != twins_items[item]]
    return f"in the end otherwise than the twin's: {', '.join(wrong)}" if wrong else ""
