"""The contract as JSON lines: one request a line, one reply a line, in the same order; the types here are the protocol.

A request is `{"id": n, "call": …, …}`, its reply `{"id": n, "result": …}` or `{"id": n, "error": {"kind": …, "message": …}}`. The
first request is `hello`, which settles the version. Requests may be sent before earlier ones are answered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, TypeAlias

import msgspec

from smets_conformance.adapter.contract import Act, Description, Event, Reached, Setup
from smets_conformance.adapter.values import BadValue, check_value, surely_fine

PROTOCOL: Final = 1
LONGEST_LINE: Final = 16 * 1024 * 1024  # bytes, its end included


class _Request(msgspec.Struct, frozen=True, kw_only=True, tag_field="call", tag=str.lower, omit_defaults=True):
    id: int


class Hello(_Request, frozen=True, kw_only=True):
    """First of all: the version of the protocol that the bench speaks. The answer is a `Greeting`."""

    protocol: int


class Describe(_Request, frozen=True, kw_only=True):
    """`describe()`; the answer is a `Description`."""


class Reset(_Request, frozen=True, kw_only=True):
    """`reset(baseline, setup)`; the answer is `Reached`."""

    baseline: str
    setup: Setup


class Do(_Request, frozen=True, kw_only=True):
    """`do(act)`; the answer is null."""

    act: Act


class Advance(_Request, frozen=True, kw_only=True):
    """`advance(seconds)`; the answer is the seconds gone."""

    seconds: int


class Take(_Request, frozen=True, kw_only=True):
    """`take()`; the answer is a list of events."""


class Look(_Request, frozen=True, kw_only=True):
    """`look(what, node)`; the answer is a value."""

    what: str
    node: str = ""


Request: TypeAlias = Hello | Describe | Reset | Do | Advance | Take | Look


class Greeting(msgspec.Struct, frozen=True):
    """The answer to `hello`: the version of the protocol that the adapter speaks."""

    protocol: int


Kind: TypeAlias = Literal["unsupported", "adapter", "request", "protocol"]


class Failure(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a call failed. `unsupported`: not offered; `adapter`: something of the adapter's own; `request`: it could not be read;
    `protocol`: another version. `trace` is for the log."""

    kind: Kind
    message: str
    trace: str = ""


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """A reply as the adapter makes it."""

    id: int
    result: Any = None
    error: Failure | None = None


class _Received(msgspec.Struct, frozen=True):
    """A reply as the bench gets it: its result is decoded by the call that it answers."""

    id: int
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: Failure | None = None


class CodecError(ValueError):
    """A line that is no message of the protocol, or a message that must not become one; the message says why."""


RESULTS: Final[dict[type, Any]] = {
    Hello: Greeting,
    Describe: Description,
    Reset: Reached,
    Do: None,
    Advance: int,
    Take: list[Event],
    Look: Any,
}

_encoder = msgspec.json.Encoder()
_requests = msgspec.json.Decoder(Request)
_replies = msgspec.json.Decoder(_Received)
_results: dict[type, Callable[[msgspec.Raw], Any]] = {
    call: msgspec.json.Decoder(kind).decode for call, kind in RESULTS.items()
}


def encode_request(request: Request) -> bytes:
    """Return a request as a line.

    Raises:
        CodecError: it holds what may not cross the contract, or is too long.
    """
    return _line(request)


def decode_request(line: bytes) -> Request:
    """Read a request from a line.

    Raises:
        CodecError: it is none; the message names the place.
    """
    request: Request = _decoded(line, _requests.decode)
    if isinstance(request, Do):
        _checked(request.act, "act")
    return request


def encode_reply(reply: Reply) -> bytes:
    """Return a reply as a line; see `encode_request`."""
    return _line(reply)


def decode_reply(line: bytes, request: Request) -> Any:
    """Read the reply to `request` from a line and return its result, or its `Failure`.

    An error with the id 0 answers a request that the adapter could not read.

    Raises:
        CodecError: it is no reply, one to another request, or its result is not of the type that the call has.
    """
    received = _decoded(line, _replies.decode)
    if received.id != request.id and not (received.id == 0 and received.error):
        raise CodecError(f"a reply with the id {received.id}, where that of request {request.id} is due")
    if received.error is not None:
        return received.error
    result = _decoded(received.result, _results[type(request)])
    _checked(result, "result")
    return result


def _line(message: Request | Reply) -> bytes:
    try:
        line = _encoder.encode(message)
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise CodecError(f"cannot be sent: {error}") from error
    if len(line) >= LONGEST_LINE:
        raise CodecError(f"a message of {len(line)} bytes; at most {LONGEST_LINE}")
    return line + b"\n"


def _decoded(line: bytes | msgspec.Raw, decode: Callable[[Any], Any]) -> Any:
    try:
        return decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CodecError(f"{error}: {shorten(bytes(line))}") from error


def _checked(message: Any, where: str) -> None:
    try:
        check_carried(message, where)
    except BadValue as error:
        raise CodecError(str(error)) from error


def shorten(line: bytes) -> str:
    """Return the beginning of a line, as text for a message."""
    text = line[:80].decode("utf-8", "backslashreplace").rstrip("\n")
    return f"{text!r}{' …' if len(line) > 80 else ''}"


def check_carried(message: Any, where: str) -> None:
    """Check every value that a struct of the contract, or a list of such, carries; see `check_value`.

    Raises:
        BadValue: naming the place.
    """
    if isinstance(message, msgspec.Struct):
        if surely_fine(msgspec.structs.astuple(message)):
            return
        for name in message.__struct_fields__:
            check_carried(getattr(message, name), f"{where}.{name}")
    elif isinstance(message, list | tuple) and message and isinstance(message[0], msgspec.Struct):
        for n, inner in enumerate(message):
            check_carried(inner, f"{where}[{n}]")
    else:
        check_value(message, where)
