"""Writes a web archive package (WACZ 1.1.1) in one pass and flat memory; equal input gives equal bytes.

What cannot be streamed, the sorting of the index, is done by SQLite in a scratch folder. All times in the
package are those of what is in it, and members of the ZIP file have none.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sqlite3
import struct
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from storage.wacz.reading import DESCRIPTION, SEAL

VERSION = "1.1.1"
BLOCK = 1024  # lines of the index that one gzip member holds
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP file can name
# Any member may pass 4 GB, so each has room for a long size (ZIP64) in its local header. ReplayWeb.page looks
# there only where the directory of the ZIP file has an extra field, too: this one, empty and of no other use.
_MARK = struct.pack("<HH", 0x4855, 0)
_INDEX, _BLOCKS = "index.cdx.gz", "index.idx"
_LEVEL = 9


@dataclass(slots=True)
class Hashed:
    """A file of the package while it is written."""

    stream: IO[bytes]
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> None:
        self.stream.write(data)
        self.digest.update(data)
        self.size += len(data)


class Package:
    """A package that is being written to the seekable `stream`: WARC files, then `index`, `pages`,
    `describe`, in this order. `scratch` is a folder for the lines of the index.
    """

    def __init__(self, stream: IO[bytes], scratch: Path) -> None:
        self._zip = ZipFile(stream, "w", ZIP_STORED, allowZip64=True)
        self._resources: list[dict[str, Any]] = []
        self._lines = sqlite3.connect(scratch / "lines.db", isolation_level=None)
        self._lines.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -2000;"
            "CREATE TABLE lines (line BLOB)"
        )
        self._lines.execute("BEGIN")

    def close(self) -> None:
        """Ends the ZIP file, and forgets the scratch."""
        self._zip.close()
        self._lines.close()

    @contextmanager
    def file(self, path: str) -> Iterator[Hashed]:
        """Yields what writes the file at `path` of the package, which is then listed with its digest."""
        info = ZipInfo(path, _EPOCH)
        info.create_system, info.external_attr = 3, 0o644 << 16  # wherever it is written
        info.extra = _MARK
        with self._zip.open(info, "w", force_zip64=True) as stream:
            hashed = Hashed(stream)
            yield hashed
        name = path.rpartition("/")[2]
        said = {"name": name, "path": path, "hash": f"sha256:{hashed.digest.hexdigest()}"}
        self._resources.append({**said, "bytes": hashed.size})

    def listed(self, line: bytes) -> None:
        """Takes a line of the index (storage.wacz.lines.index_line), in any order."""
        self._lines.execute("INSERT INTO lines VALUES (?)", (line,))

    def index(self) -> None:
        """Writes the index, sorted bytewise: blocks of lines, and the first line and place of each block."""
        blocks: list[tuple[bytes, dict[str, Any]]] = []
        with self.file(f"indexes/{_INDEX}") as out:
            for lines in self._blocks():
                packed = gzip.compress(b"".join(lines), _LEVEL, mtime=0)
                digest = f"sha256:{hashlib.sha256(packed).hexdigest()}"
                said = {"offset": out.size, "length": len(packed), "digest": digest, "filename": _INDEX}
                blocks.append((lines[0].partition(b" {")[0], said))
                out.write(packed)
        with self.file(f"indexes/{_BLOCKS}") as out:
            out.write(_meta({"format": "cdxj-gzip-1.0", "filename": _INDEX}))
            for key, said in blocks:
                out.write(key + b" " + json.dumps(said).encode() + b"\n")

    def _blocks(self) -> Iterator[list[bytes]]:
        rows = self._lines.execute("SELECT line FROM lines ORDER BY line")
        while lines := [row[0] for row in rows.fetchmany(BLOCK)]:
            yield lines

    def pages(self, title: str, lines: Iterable[bytes]) -> None:
        """Writes the list of pages. Each of `lines` comes from storage.wacz.lines.page_line."""
        head = {"format": "json-pages-1.0", "id": "pages", "title": title, "hasText": True}
        with self.file("pages/pages.jsonl") as out:
            out.write(json.dumps(head, ensure_ascii=False).encode() + b"\n")
            for line in lines:
                out.write(line)

    def describe(self, said: Mapping[str, Any]) -> None:
        """Writes datapackage.json, with `said` and a digest of every file, and the digest of it."""
        whole = {"profile": "data-package", "wacz_version": VERSION, **said, "resources": self._resources}
        text = json.dumps(whole, ensure_ascii=False, indent=2).encode()
        seal = {"path": DESCRIPTION, "hash": f"sha256:{hashlib.sha256(text).hexdigest()}"}
        for path, data in ((DESCRIPTION, text), (SEAL, json.dumps(seal).encode())):
            with self.file(path) as out:
                out.write(data)


def _meta(said: Mapping[str, str]) -> bytes:
    return b"!meta 0 " + json.dumps(said).encode() + b"\n"
