"""For authors of adapters in Python: `serve(system)` answers the bench's requests over standard input and output."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any, Final, NoReturn

from smets_conformance.adapter import codec
from smets_conformance.adapter.contract import SystemUnderTest, Unsupported
from smets_conformance.adapter.values import BadValue

CHUNK: Final = 1 << 16
LONGEST_ACCOUNT: Final = 100_000  # characters of a message or traceback

_CALLS: Final[dict[type, Callable[[SystemUnderTest, Any], Any]]] = {
    codec.Describe: lambda system, _: system.describe(),
    codec.Reset: lambda system, request: system.reset(request.baseline, request.setup),
    codec.Do: lambda system, request: system.do(request.act),
    codec.Advance: lambda system, request: system.advance(request.seconds),
    codec.Take: lambda system, _: system.take(),
    codec.Look: lambda system, request: system.look(request.what, request.node),
}


def serve(system: SystemUnderTest) -> None:
    """Answer requests until the bench closes its end; then call `system.close()` if there is one.

    Standard output belongs to the protocol: whatever else the process prints is led to standard error, which the bench keeps as
    the adapter's log. What the system raises is answered as an error, and the next request is awaited.
    """
    source, sink = os.dup(0), os.dup(1)
    sys.stdout.flush()
    os.dup2(2, 1)
    try:
        _answer_all(system, source, sink)
    except BrokenPipeError:
        print("smets: the bench has gone", file=sys.stderr)
    finally:
        os.close(source)
        os.close(sink)
        close = getattr(system, "close", None)
        if close is not None:
            close()


def _answer_all(system: SystemUnderTest, source: int, sink: int) -> None:
    """Answer line by line. Replies to acts wait for company, so that pipelined acts cost one write; nothing else waits."""
    waiting: list[bytes] = []
    for lines in _batches(source):
        for line in lines:
            request = _read(line)
            if waiting and not isinstance(request, codec.Do):
                _write(sink, waiting)
            waiting.append(_reply(system, request))
        _write(sink, waiting)


def _batches(source: int) -> Iterator[list[bytes]]:
    """Yield the complete lines of each chunk that arrives.

    Raises:
        SystemExit: a line is longer than the protocol allows.
    """
    pieces: list[bytes] = []
    while chunk := os.read(source, CHUNK):
        pieces.append(chunk)
        if b"\n" in chunk:
            *lines, rest = b"".join(pieces).split(b"\n")
            pieces = [rest] if rest else []
            yield lines
        elif sum(map(len, pieces)) > codec.LONGEST_LINE:
            _give_up(f"a request of over {codec.LONGEST_LINE} bytes")
    if pieces:
        _give_up(f"the input ends inside a line: {codec.shorten(b''.join(pieces))}")


def _give_up(why: str) -> NoReturn:
    sys.exit(f"smets: {why}")


def _write(sink: int, waiting: list[bytes]) -> None:
    data = memoryview(b"".join(waiting))
    waiting.clear()
    while data:
        data = data[os.write(sink, data) :]


def _read(line: bytes) -> codec.Request | codec.Failure:
    try:
        return codec.decode_request(line)
    except codec.CodecError as error:
        return codec.Failure("request", str(error))


def _reply(system: SystemUnderTest, request: codec.Request | codec.Failure) -> bytes:
    if isinstance(request, codec.Failure):
        return codec.encode_reply(codec.Reply(0, error=request))
    if isinstance(request, codec.Hello):
        return _greet(request)
    try:
        result = _CALLS[type(request)](system, request)
        codec.check_carried(result, "result")
        return codec.encode_reply(codec.Reply(request.id, result))
    except (BadValue, codec.CodecError) as error:
        return _failed(request, "adapter", f"its answer may not cross the contract: {error}")
    except Unsupported as error:
        return _failed(request, "unsupported", str(error))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - AdapterError is one, and whatever it is the bench is told
        return _failed(request, "adapter", f"{type(error).__name__}: {error}", traceback.format_exc())


def _greet(request: codec.Hello) -> bytes:
    if request.protocol == codec.PROTOCOL:
        return codec.encode_reply(codec.Reply(request.id, codec.Greeting(codec.PROTOCOL)))
    message = f"the bench speaks version {request.protocol} of the protocol, this adapter version {codec.PROTOCOL}"
    return _failed(request, "protocol", message)


def _failed(request: codec.Request, kind: codec.Kind, message: str, trace: str = "") -> bytes:
    failure = codec.Failure(kind, _sendable(message), _sendable(trace))
    return codec.encode_reply(codec.Reply(request.id, error=failure))


def _sendable(text: str) -> str:
    """Return the end of a text, without lone surrogates: what an exception says is anybody's."""
    return text[-LONGEST_ACCOUNT:].encode("utf-8", "backslashreplace").decode()
