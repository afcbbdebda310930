"""An append-only file of frames, each whole or absent: whatever tears the last one off leaves the frames before it intact."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

HEAD = struct.Struct("<II")  # length of the body, CRC-32 of the body
BUFFER = 1 << 16


class Journal:
    """Frames in a file. They are gathered in memory and handed to the operating system in one call, in order.

    What was handed over survives the death of the process (`kill -9`); it is not forced to the disk, so the death of
    the whole machine may cost the newest frames, never the wholeness of the older ones.
    """

    __slots__ = ("_descriptor", "_pending", "path", "size")

    def __init__(self, path: Path) -> None:
        """Open the file at its end, first cutting off a frame that was not written whole; create it when it is missing.

        Raises:
            OSError: the file cannot be opened, read or shortened.
        """
        self.path = path
        self._descriptor = -1
        whole = 0
        if path.exists():
            for end, _ in whole_frames(path.read_bytes()):
                whole = end
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.ftruncate(self._descriptor, whole)
        os.lseek(self._descriptor, whole, os.SEEK_SET)
        self.size = whole
        self._pending = bytearray()

    def append(self, body: bytes) -> None:
        """Add a frame; it is in the file after the next `flush`, or sooner."""
        self._pending += HEAD.pack(len(body), zlib.crc32(body)) + body
        if len(self._pending) >= BUFFER:
            self.flush()

    def flush(self) -> None:
        """Hand every frame over to the operating system.

        Raises:
            OSError: it would not take them (a full disk, say).
        """
        while self._pending:
            taken = os.write(self._descriptor, self._pending)
            del self._pending[:taken]
            self.size += taken

    def frames(self) -> Iterator[bytes]:
        """Yield the body of every frame in the file, oldest first."""
        self.flush()
        return (body for _, body in whole_frames(self.path.read_bytes()))

    def replace(self, body: bytes) -> None:
        """Put the single frame `body` in the place of all: in a new file that then takes the old one's name at a stroke.

        Raises:
            OSError: the new file cannot be written; the old one is then as it was.
        """
        self._pending.clear()
        beside = self.path.with_suffix(".new")
        beside.unlink(missing_ok=True)
        fresh = Journal(beside)
        fresh.append(body)
        fresh.flush()
        beside.replace(self.path)
        os.close(self._descriptor)
        self._descriptor, fresh._descriptor = fresh._descriptor, -1
        self.size = fresh.size

    def close(self) -> None:
        """Hand every frame over and let go of the file; closing twice does no harm."""
        if self._descriptor >= 0:
            self.flush()
            os.close(self._descriptor)
            self._descriptor = -1

    def __del__(self) -> None:
        """Let go of a file that nobody closed; what was not handed over is lost, as when the power fails."""
        if self._descriptor >= 0:
            os.close(self._descriptor)


def whole_frames(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield, for each whole frame from the start, where it ends and its body; stop at the first that is not whole."""
    at = 0
    while at + HEAD.size <= len(raw):
        length, check = HEAD.unpack_from(raw, at)
        end = at + HEAD.size + length
        body = raw[at + HEAD.size : end]
        if end > len(raw) or zlib.crc32(body) != check:
            return
        yield end, body
        at = end
