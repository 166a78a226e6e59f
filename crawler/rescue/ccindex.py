"""The index of Common Crawl: what its answers and its files say. Pure functions.

Behaviour: index.commoncrawl.org is pywb (JSON lines, 404 where nothing was found, 400 past the last page);
cluster.idx has a line for each gzip block of 3,000 lines, sorted by SURT key.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from crawler.discover.urls import canonical
from crawler.rescue.cdx import Scope
from storage.holdings.records import Row
from storage.records import article_id
from storage.warc.provenance import COMMONCRAWL

_FORM = "__wb_method="  # of pywb's keys
_NEAR = 8 * 2**20  # bytes of neighbouring blocks that are read at once


@dataclass(frozen=True, slots=True)
class Crawl:
    """One crawl: its id, the address of its index, and its first and last day as far as they are told."""

    id: str
    api: str
    begin: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One gzip block of an index: the SURT key of its first line, and where it stands."""

    key: str
    file: str
    offset: int
    length: int


def crawls(body: bytes, base: str) -> list[Crawl]:
    """Reads collinfo.json, newest first as it has them. ValueError where it is no list of crawls.

    The address of an index is its path (`cdx-api`) at `base`, whatever host the file names: `base` may be a
    mirror.
    """
    found = json.loads(body)
    if not isinstance(found, list):
        raise ValueError("collinfo.json is no list")
    kept = [one for one in found if isinstance(one, dict) and isinstance(one.get("id"), str)]
    return [Crawl(one["id"], base + _path(one), _day(one.get("from")), _day(one.get("to"))) for one in kept]


def _path(told: dict[str, Any]) -> str:
    return urlsplit(str(told.get("cdx-api") or "")).path or f"/{told['id']}-index"


def nothing(body: bytes) -> bool:
    """Returns whether a 404 says that a crawl has no captures, and not that there is no API."""
    try:
        told = json.loads(body)
    except ValueError:
        return False
    return isinstance(told, dict) and bool(told.keys() & {"message", "error"})


def _day(value: Any) -> str:
    return "".join(filter(str.isdigit, str(value or "")))[:8]


def query(crawl: Crawl, scope: Scope, page: int) -> str:
    """Returns the address of one page of what a crawl has of `scope`."""
    return f"{crawl.api}?{scope.asked}&output=json&page={page}"


def rows_of(text: str, source: str = COMMONCRAWL) -> list[Row]:
    """Reads JSON lines, or lines of an index file (key, moment, JSON), as captures of `source`.

    What is neither, and forms that were sent (their address alone is no capture), are left out.
    """
    found: list[Row] = []
    for line in text.splitlines():
        start = line.find("{")
        if start < 0:
            continue
        try:
            told = json.loads(line[start:])
            stamp = line.split(" ")[1] if start else str(told["timestamp"])
            if _FORM not in line and (row := _row(told, stamp, source)):
                found.append(row)
        except (ValueError, KeyError, IndexError):
            continue
    return found


def _row(told: dict[str, Any], stamp: str, source: str) -> Row | None:
    url = str(told["url"])
    try:
        key = article_id(canonical(url))
    except ValueError:
        return None
    whole = source == COMMONCRAWL  # others replay, and may not say where their records stand
    status, length = str(told.get("status", "")), str(told.get("length", ""))
    return Row(
        source=source,
        url=url,
        url_id=key,
        stamp=stamp,
        mime=str(told.get("mime-detected") or told.get("mime") or ""),
        status=int(status) if status.isdecimal() else None,
        digest=str(told.get("digest", "")).removeprefix("sha1:"),
        length=int(length) if length.isdecimal() else None,
        ref=f"{told['filename']} {int(told['offset'])} {int(told['length'])}" if whole else "",
        truncated=str(told.get("truncated") or ""),
    )


def blocks_of(text: str) -> list[Block]:
    """Reads lines of cluster.idx, as Common Crawl writes them or as CDXJ indexers do (key, moment, JSON).

    What is no whole line is left out.
    """
    found: list[Block] = []
    for line in text.splitlines():
        if "\t" not in line and not line.startswith("!meta"):
            found += _of_json(line)
            continue
        cells = line.split("\t")
        if len(cells) >= 4 and cells[2].isdecimal() and cells[3].isdecimal():
            found.append(Block(cells[0].rpartition(" ")[0], cells[1], int(cells[2]), int(cells[3])))
    return found


def _of_json(line: str) -> list[Block]:
    head, _, tail = line.partition("{")
    try:
        told = json.loads("{" + tail)
        offset, length = int(told["offset"]), int(told["length"])
        return [Block(head.split(" ")[0], str(told.get("filename", "cdx-00000.gz")), offset, length)]
    except (ValueError, KeyError, TypeError):
        return []


def needed(blocks: Sequence[Block], keys: Iterable[str]) -> list[Block]:
    """Returns those of `blocks`, which follow one another, that may hold a line beginning with one of `keys`.

    A block reaches to the key of the next one; the last of `blocks` may hold anything behind its own.
    """
    wanted = sorted(keys)
    return [
        block
        for n, block in enumerate(blocks)
        if any(
            block.key <= key + "\uffff" and (n + 1 == len(blocks) or blocks[n + 1].key >= key)
            for key in wanted
        )
    ]


def together(blocks: Iterable[Block]) -> list[list[Block]]:
    """Returns neighbouring blocks in groups that one request reads."""
    groups: list[list[Block]] = []
    for block in blocks:
        last = groups[-1][-1] if groups else None
        near = last and last.file == block.file and last.offset + last.length == block.offset
        if near and block.offset + block.length - groups[-1][0].offset <= _NEAR:
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def unpacked(data: bytes, group: Sequence[Block]) -> str:
    """Returns the lines of the blocks in `data`, which begins with the first. ValueError if one is torn."""
    parts: list[str] = []
    for block in group:
        at = block.offset - group[0].offset
        try:
            parts.append(zlib.decompress(data[at : at + block.length], 31).decode("utf-8", "replace"))
        except zlib.error as error:
            raise ValueError(f"{block.file} at {block.offset}: {error}") from error
    return "".join(parts)
