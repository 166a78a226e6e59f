"""Reads what Common Crawl has of portals: its API for one portal, its index files for several."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crawler.errors import ArchiveAway
from crawler.rescue import ccindex
from crawler.rescue.asking import Client
from crawler.rescue.ccindex import Block, Crawl
from crawler.rescue.cdx import Scope
from crawler.rescue.pace import DATA, INDEX
from crawler.rescue.sites import surt, under
from storage.database import Database
from storage.holdings import store
from storage.holdings.records import Row
from storage.holdings.store import Progress
from storage.language.messages import message
from storage.vocabulary import Verdict
from storage.warc.captures import Exchange
from storage.warc.provenance import COMMONCRAWL

_PAGES = 10_000  # of an answer; more is a server that knows no pages
_CHUNK = 2**16  # bytes of cluster.idx that are read at a time: some 1,000 lines
_TOTAL = re.compile(r"/(\d+)$")

Keep = Callable[[Exchange | None, Scope, Sequence[Row], dict[tuple[str, str, str], Progress]], int]


@dataclass(slots=True)
class Walk:
    """Lists scopes in every crawl between the days `since` and `until` (8 digits, may be empty)."""

    index: Client
    data: Client
    db: Database
    keep: Keep
    tell: Callable[[str], None]
    since: str = ""
    until: str = ""
    crawls: list[Crawl] = field(default_factory=list)

    async def read(self, scopes: Sequence[Scope], *, files: bool) -> None:
        """Reads what is not listed yet of `scopes`: by the index files if `files`, else by the API.

        A crawl does not change once it is there, so each is listed once. Raises ArchiveAway, Interrupted.
        """
        if not self.crawls:
            await self._collinfo()
        done = store.parts(self.db, COMMONCRAWL, (scope.name for scope in scopes))
        for number, crawl in enumerate(self.crawls, 1):
            left = [scope for scope in scopes if (scope.name, crawl.id) not in done]
            if not left:
                continue
            if not (files and await self._files(crawl, left)):
                for scope in left:
                    if not await self._api(crawl, scope):  # a mirror of the files alone
                        await self._files(crawl, [scope])
            self.tell(
                message(
                    "Common Crawl {number}/{count} {id}: listed",
                    number=number,
                    count=len(self.crawls),
                    id=crawl.id,
                )
            )

    async def _collinfo(self) -> None:
        answer = await self.index.steady(INDEX, f"{self.index.base}/collinfo.json")
        try:
            if answer.status != 200:
                raise ValueError(f"HTTP {answer.status}")
            found = ccindex.crawls(answer.body, self.index.base)
        except ValueError as error:
            raise ArchiveAway(
                Verdict.UNREACHABLE,
                message("{host}: no list of crawls: {error}", host=self.index.host, error=error),
            ) from error
        self.crawls = [
            one
            for one in found
            if not (self.since and one.end and one.end < self.since)
            and not (self.until and one.begin and one.begin > self.until)
        ]

    async def _api(self, crawl: Crawl, scope: Scope) -> bool:
        """Reads what a crawl has of `scope`; returns False where there is no API."""
        seen: set[str] = set()
        for page in range(_PAGES):
            answer = await self.index.steady(INDEX, ccindex.query(crawl, scope, page))
            if answer.status == 404 and not ccindex.nothing(answer.body):
                return False
            if answer.status == 404 or (answer.status == 400 and page):  # nothing found; past the last page
                break
            if answer.status == 403 or (answer.status == 200 and not answer.body.strip() and not page):
                raise self.index.banned(message("it answers with nothing"))
            if answer.status != 200:
                raise ArchiveAway(
                    Verdict.UNREACHABLE,
                    message("{host} answers HTTP {status}", host=self.index.host, status=answer.status),
                )
            rows = ccindex.rows_of(answer.body.decode("utf-8", "replace"))
            fresh = [row for row in rows if row.key not in seen]
            seen |= {row.key for row in rows}
            if not fresh:  # a server without pages gives the first one for ever
                break
            self.keep(answer, scope, [row for row in fresh if under(scope, row.url)], {})
        self.keep(None, scope, (), {(COMMONCRAWL, scope.name, crawl.id): _whole(len(seen))})
        return True

    async def _files(self, crawl: Crawl, scopes: Sequence[Scope]) -> bool:
        """Reads the index files of a crawl; returns False where it has none."""
        keys = {surt(scope): scope for scope in scopes}
        folder = f"{self.data.base}/cc-index/collections/{crawl.id}/indexes"
        blocks = await self._blocks(f"{folder}/cluster.idx", min(keys), max(keys))
        if blocks is None:
            return False
        found: dict[Scope, list[Row]] = {scope: [] for scope in scopes}
        for group in ccindex.together(ccindex.needed(blocks, keys)):
            first, last = group[0], group[-1]
            end = last.offset + last.length - 1
            answer = await self._range(f"{folder}/{first.file}", first.offset, end)
            if answer.status != 206:
                raise ArchiveAway(
                    Verdict.UNREACHABLE,
                    message("{host}: {id} cannot be read in parts", host=self.data.host, id=crawl.id),
                )
            try:
                text = ccindex.unpacked(answer.body, group)
            except ValueError as error:
                raise ArchiveAway(
                    Verdict.UNREACHABLE, message("{host}: {error}", host=self.data.host, error=error)
                ) from error
            lines = _of_keys(text, keys)
            for key, chosen in lines.items():
                rows = ccindex.rows_of("\n".join(chosen))
                found[keys[key]] += [row for row in rows if under(keys[key], row.url)]
        for scope, rows in found.items():
            self.keep(None, scope, rows, {(COMMONCRAWL, scope.name, crawl.id): _whole(len(rows))})
        return True

    async def _blocks(self, url: str, first: str, last: str) -> list[Block] | None:
        """Returns the blocks of a cluster.idx that may hold keys from `first` to `last`; None without one."""
        answer = await self._range(url, 0, _CHUNK - 1)
        if answer.status in (403, 404):
            return None
        if answer.status == 200:
            return ccindex.blocks_of(answer.body.decode("utf-8", "replace"))
        size = int(found[1]) if (found := _TOTAL.search(answer.header("Content-Range"))) else 0
        if answer.status != 206 or not size:
            raise ArchiveAway(
                Verdict.UNREACHABLE,
                message("{host} answers HTTP {status}", host=self.data.host, status=answer.status),
            )
        if size <= len(answer.body):
            return ccindex.blocks_of(answer.body.decode("utf-8", "replace"))
        low, high = 0, size
        while high - low > _CHUNK:  # the last line whose key is not behind `first` begins between the two
            middle = (low + high) // 2
            some = await self._lines(url, middle, middle + 4_095, size)
            if some and some[0].key < first:
                low = middle
            else:
                high = middle
        blocks: list[Block] = []
        text, at = "", low
        while at < size:
            answer = await self._range(url, at, min(size, at + _CHUNK) - 1)
            text += answer.body.decode("utf-8", "replace")
            at += max(1, len(answer.body))
            blocks = ccindex.blocks_of(text.partition("\n")[2] if low else text)
            if blocks and blocks[-1].key > last + "\uffff":
                break
        return blocks

    async def _lines(self, url: str, start: int, end: int, size: int) -> list[Block]:
        answer = await self._range(url, start, min(end, size - 1))
        return ccindex.blocks_of(answer.body.decode("utf-8", "replace").partition("\n")[2])

    async def _range(self, url: str, start: int, end: int) -> Exchange:
        return await self.data.steady(DATA, url, {"Range": f"bytes={start}-{end}"})


def _of_keys(text: str, keys: Mapping[str, Scope]) -> dict[str, list[str]]:
    """Returns the lines of an index by the key that they begin with; those of other hosts are left out."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        name = line.partition(" ")[0]
        for key in keys:
            if name.startswith(key):
                found.setdefault(key, []).append(line)
    return found


def _whole(lines: int) -> Progress:
    now = datetime.now(UTC)
    return Progress(began_at=now, until_at=now, lines=lines)
