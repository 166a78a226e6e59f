"""Reads the list of a pywb collection, by the CDX server that pywb 2 has at `/COLLECTION/cdx`.

It answers JSON lines. It knows no resume keys, and ends at its limit of lines (100,000, or `query_limit` of
its configuration) without saying so: whether an answer was whole is asked by its last line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from crawler.errors import ArchiveAway
from crawler.rescue.asking import Client
from crawler.rescue.ccindex import rows_of
from crawler.rescue.cdx import Scope
from crawler.rescue.pace import CDX
from crawler.rescue.sites import under
from storage.holdings.records import Row
from storage.holdings.store import Progress
from storage.language.messages import message
from storage.vocabulary import Verdict
from storage.warc.captures import Exchange

LIMIT = 20_000  # lines an answer: about 8 MB
_FIRST_YEAR = 1996
_PACKAGES = (".wacz", ".warc", ".warc.gz", ".arc.gz", ".zip")

Keep = Callable[[Exchange | None, Sequence[Row], dict[tuple[str, str, str], Progress]], int]


def address(url: str) -> str:
    """Returns the address of a collection without a slash at its end. ValueError says what is wrong."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(message("no address of a pywb collection, such as http://archive.example.vn/news/"))
    if parts.path.lower().endswith(_PACKAGES):
        raise ValueError(message("a file on another machine; download it, and name the file"))
    if parts.query or parts.fragment:
        raise ValueError(message("the address of a pywb collection ends with its name, such as /news/"))
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")


def query(base: str, scope: Scope, span: str, limit: int, *, last: bool = False) -> str:
    """Returns the address of what a collection has of `scope` in `span`, a beginning of 14 digits; of its
    last line, where `last`.
    """
    url = f"{base}/cdx?{scope.asked}&output=json&limit={limit}"
    url += f"&from={span}&to={span}" if span else ""
    return url + ("&sort=reverse" if last else "")


def narrower(span: str, now: datetime) -> Iterator[str]:
    """Yields the parts of a span: of all time the years, of a year its months, of a month its days."""
    if not span:
        yield from (str(year) for year in range(_FIRST_YEAR, now.year + 1))
    elif len(span) < 8:
        yield from (f"{span}{number:02}" for number in range(1, 13 if len(span) == 4 else 32))


@dataclass(slots=True)
class Walk:
    """Lists what the collection at `client.base` has; `keep` keeps an answer with its rows."""

    client: Client
    keep: Keep
    tell: Callable[[str], None]

    async def read(self, scope: Scope) -> None:
        """Reads all that the collection has of `scope`. Raises ArchiveAway, Interrupted, StorageError."""
        await self._span(scope, "")

    async def _exists(self) -> None:
        """Raises ArchiveAway where the server has no such collection: its index is empty then, no error."""
        answer = await self.client.steady(CDX, f"{self.client.base}/")
        if answer.status == 404:
            sentence = message(
                "{host} has no collection at {base}/", host=self.client.host, base=self.client.base
            )
            raise ArchiveAway(Verdict.UNREACHABLE, sentence)

    async def _span(self, scope: Scope, span: str) -> None:
        answer = await self._asked(query(self.client.base, scope, span, LIMIT))
        lines = [line for line in answer.body.decode("utf-8", "replace").splitlines() if line.strip()]
        rows = [row for row in rows_of("\n".join(lines), self.client.base) if under(scope, row.url)]
        if not lines and not span:
            await self._exists()
        whole = await self._whole(scope, span, lines)
        parts = [] if whole else list(narrower(span, datetime.now(UTC)))
        if not whole and not parts:
            raise ArchiveAway(
                Verdict.UNREACHABLE,
                message(
                    "{host} lists only {count} captures of {span}",
                    host=self.client.host,
                    count=len(lines),
                    span=span,
                ),
            )
        now = datetime.now(UTC)
        read = {(self.client.base, scope.name, span): Progress(began_at=now, until_at=now, lines=len(lines))}
        new = self.keep(answer, rows, read if whole else {})
        if lines:
            self.tell(
                message(
                    "{name}: {count} lines of the list read, {new} captures not known before",
                    name=scope.name,
                    count=len(lines),
                    new=new,
                )
            )
        for part in parts:
            await self._span(scope, part)
        if parts:
            self.keep(None, (), read)

    async def _whole(self, scope: Scope, span: str, lines: Sequence[str]) -> bool:
        """Returns whether `lines` are all, and not cut off at a limit of the server."""
        if not lines:
            return True
        answer = await self._asked(query(self.client.base, scope, span, 1, last=True))
        last = answer.body.decode("utf-8", "replace").split("\n")[0]
        return _key(last) == _key(lines[-1])

    async def _asked(self, url: str) -> Exchange:
        answer = await self.client.steady(CDX, url)
        if answer.status != 200 or not _listing(answer.body):
            said = (
                message("HTTP {status}", status=answer.status)
                if answer.status != 200
                else message("no list of captures")
            )
            sentence = message(
                "{base}/cdx answers {said}: is {base}/ a pywb collection?", base=self.client.base, said=said
            )
            raise ArchiveAway(Verdict.UNREACHABLE, sentence)
        return answer


def _listing(body: bytes) -> bool:
    return not body.strip() or body.lstrip().startswith(b"{")


def _key(line: str) -> tuple[str, str]:
    """Returns where a line stands in the order of the index; nothing for what is no line."""
    try:
        told = json.loads(line)
        return str(told["urlkey"]), str(told["timestamp"])
    except (ValueError, KeyError, TypeError):
        return "", ""
