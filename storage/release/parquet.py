"""The articles of a release as Parquet, made of its CSV while that is written: what one says, both say.

A row group is what so many bytes of CSV hold, so memory is the same for short and long texts, and for any
number of rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.errors import StorageError
from storage.language.messages import message
from storage.release.files import Hashed, Written, hashed
from storage.release.words import Field

NEEDED = message("Parquet needs pyarrow: .venv/bin/python -m pip install 'pyarrow>=24,<27'")
FOLDER, NAME = "data", "articles"
UNDATED = "undated"  # the folder of rows without a date; pandas cannot read a partition that is null
_BLOCK = 8 << 20  # bytes of CSV a row group
_PENDING = 48 << 20  # bytes that wait for their partition's next row group, over all partitions
_MOST = 512 << 20  # bytes a file; more go to the next part, as Hugging Face has them
# Few values in many rows. Others, above all texts, would fill a dictionary and fall back.
_DICTIONARY = (
    "district_id", "district_code", "district", "province", "portal", "category", "published_precision",
    "published_source", "duplicate_kind", "province_now", "province_now_code",
)  # fmt: skip
_NEVER_NULL = ("title", "body")


def available() -> bool:
    """Returns whether pyarrow is installed."""
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        return False
    return True


class Sink:
    """Writes as Parquet what is written to it as CSV, under the folder of a release.

    `fields` are the columns; `by_year` makes a folder year=2023 for each year of publication. A context:
    when it ends without an error, everything is written. Raises StorageError without pyarrow.
    """

    def __init__(self, folder: Path, fields: Sequence[Field], by_year: bool) -> None:
        if not available():
            raise StorageError(NEEDED)
        import pyarrow as pa

        self.folder, self.by_year = folder, by_year
        self.shape = _Shape(pa, fields)
        self.parts: dict[str, _Parts] = {}
        self.stack = ExitStack()
        self.header: bytes | None = None
        self.waiting: list[bytes] = []
        self.size = 0

    def __enter__(self) -> Sink:
        if not self.by_year:
            self._of("")  # an empty archive has a file without rows
        return self

    def __exit__(self, *raised: Any) -> None:
        if raised[0] is None:
            self._convert()
        self.stack.__exit__(*raised)

    def write(self, data: bytes) -> None:
        """Takes whole lines of CSV; the first call has the header alone."""
        if self.header is None:
            self.header = data
            return
        self.waiting.append(data)
        self.size += len(data)
        if self.size >= _BLOCK:
            self._convert()

    def files(self) -> list[Written]:
        """Returns the files, once the context has ended."""
        files = (file for one in self.parts.values() for file in one.named())
        return sorted(files, key=lambda file: file.path)

    def _convert(self) -> None:
        if not self.waiting or self.header is None:
            return
        block = b"".join([self.header, *self.waiting])
        self.waiting, self.size = [], 0
        for key, table in _divided(self.shape.read(block), self.by_year):
            self._of(key).add(table)
        while sum(one.pending for one in self.parts.values()) > _PENDING:
            max(self.parts.values(), key=lambda one: one.pending).flush()

    def _of(self, key: str) -> _Parts:
        if key not in self.parts:
            where = f"{FOLDER}/{NAME}/year={key}" if self.by_year else FOLDER
            self.parts[key] = self.stack.enter_context(_Parts(self.folder, where, self.shape))
        return self.parts[key]


@dataclass(slots=True)
class _Shape:
    """The types of the columns, and how a batch of texts gets them."""

    pa: Any
    fields: Sequence[Field]

    @property
    def schema(self) -> Any:
        """The schema of the files."""
        return self.pa.schema([(one.name, _type(self.pa, one)) for one in self.fields])

    def read(self, block: bytes) -> Any:
        """Returns CSV with its header as a table: JSON arrays as lists, moments with their zone."""
        pa = self.pa
        from pyarrow import csv

        types = {one.name: pa.string() if one.type == "array" else _type(pa, one) for one in self.fields}
        types |= {one.name: pa.timestamp("s", "UTC") for one in self.fields if one.type == "datetime"}
        table = csv.read_csv(
            pa.BufferReader(block),
            read_options=csv.ReadOptions(use_threads=False, block_size=len(block)),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=types, null_values=[""], strings_can_be_null=True,
                quoted_strings_can_be_null=True, true_values=["true"], false_values=["false"],
                timestamp_parsers=[csv.ISO8601],
            ),
        )  # fmt: skip
        made = []
        for one, column in zip(self.fields, table.columns, strict=True):
            if one.type == "array":
                column = pa.array([json.loads(text) for text in column.to_pylist()], _type(pa, one))
            elif one.name in _NEVER_NULL:
                column = column.fill_null("")
            made.append(column.cast(_type(pa, one)) if one.type == "datetime" else column)
        return pa.Table.from_arrays(made, names=[one.name for one in self.fields])


def _type(pa: Any, one: Field) -> Any:
    text = pa.string()
    lists: Mapping[str, Any] = {
        "images": pa.struct([("url", text), ("caption", text), ("alt", text)]),
        "attachments": pa.struct(
            [
                ("url", text), ("title", text), ("type", text), ("sha256", text), ("bytes", pa.int64()),
                ("pages", pa.int32()), ("text", pa.bool_()), ("warc_file", text), ("warc_offset", pa.int64()),
            ]
        ),
    }  # fmt: skip
    if one.type == "array":
        return pa.list_(lists.get(one.name, text))
    return {
        "string": text,
        "integer": pa.int32(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("s", "Asia/Ho_Chi_Minh"),
    }[one.type]


def _divided(table: Any, by_year: bool) -> Iterator[tuple[str, Any]]:
    """Yields `table` whole, or the rows of each year."""
    if not by_year:
        yield "", table
        return
    import pyarrow.compute as pc

    years = table["published_year"]
    for year in sorted(years.unique().to_pylist(), key=lambda year: year or 0):
        chosen = pc.is_null(years) if year is None else pc.equal(years, year)
        yield UNDATED if year is None else str(year), table.filter(chosen)


class _Parts:
    """The files of one folder: written one after the other, and named when their number is known."""

    def __init__(self, root: Path, folder: str, shape: _Shape) -> None:
        self.root, self.folder, self.schema = root, folder, shape.schema
        self.streams: list[Hashed] = []
        self.stack = ExitStack()  # what the last of them is written with
        self.writer: Any = None
        self.tables: list[Any] = []
        self.pending = 0

    def __enter__(self) -> _Parts:
        self._begin()
        return self

    def __exit__(self, *raised: Any) -> None:
        if raised[0] is None:
            self.flush()
        self.stack.__exit__(*raised)

    def add(self, table: Any) -> None:
        """Takes rows; writes them as a row group once they are enough."""
        self.tables.append(table)
        self.pending += table.nbytes
        if self.pending >= _BLOCK:
            self.flush()

    def flush(self) -> None:
        """Writes the rows that wait as a row group."""
        if not self.tables:
            return
        import pyarrow as pa

        if self.streams[-1].size >= _MOST:
            self.stack.close()
            self._begin()
        table = pa.concat_tables(self.tables)
        self.writer.write_table(table, row_group_size=max(1, table.num_rows))
        self.tables, self.pending = [], 0

    def named(self) -> Iterator[Written]:
        """Gives the closed files their names and yields them: one, or parts with their number."""
        count = len(self.streams)
        for n, stream in enumerate(self.streams):
            part = f"-{n:05}-of-{count:05}" if count > 1 else ""
            final = f"{self.folder}/{NAME}{part}.parquet"
            (self.root / self._path(n)).rename(self.root / final)
            yield Written(final, stream.size, stream.digest.hexdigest())

    def _begin(self) -> None:
        import pyarrow.parquet as pq

        stream = self.stack.enter_context(hashed(self.root, self._path(len(self.streams))))
        self.streams.append(stream)
        known = [name for name in _DICTIONARY if name in self.schema.names]
        self.writer = pq.ParquetWriter(
            stream, self.schema, compression="zstd", use_dictionary=known, write_statistics=True
        )
        self.stack.callback(self.writer.close)

    def _path(self, n: int) -> str:
        return f"{self.folder}/{NAME}.{n}.part"
