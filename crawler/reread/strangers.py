"""Hosts of WARC files that no entry of the registry names: counted, and proposed as entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crawler.registry.country import Seat, country
from crawler.registry.hosts import candidates, hosts

SHARE = 0.1  # of the pages of a replay: a host with fewer is one that its pages link to, no portal
SHOWN = 5  # hosts proposed; a crawl of a whole country has thousands
_ELSEWHERE = "ten-huyen"


@dataclass(slots=True)
class Strangers:
    """Captures, and pages among them (HTML, answered with 200), of sites that the registry does not know.

    `known` are the pages of those that it knows.
    """

    captures: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    known: int = 0
    secure: set[str] = field(default_factory=set)  # those that were asked by https

    def met(self, url: str, *, page: bool) -> None:
        """Counts a capture of `url`; what is no http address counts nowhere."""
        parts = urlsplit(url.strip("<>"))
        if parts.scheme.lower() in ("http", "https") and parts.hostname:
            site = parts.netloc.rpartition("@")[2].lower()
            self.captures[site] += 1
            if parts.scheme.lower() == "https":
                self.secure.add(site)
            self.pages[site] += page

    def portals(self) -> list[str]:
        """Returns the sites that look like portals of their own, those with the most pages first."""
        every = self.pages.total() + self.known
        return [site for site, count in self.pages.most_common() if count and count >= SHARE * every]


def proposal(url: str, district: Seat | None) -> Iterator[str]:
    """Yields the lines of a registry entry for the portal at `url`; `district`: whose it is, if known."""
    table = district.table if district else _ELSEWHERE
    file = f"{district.province_id}.toml" if district else "PROVINCE.toml"
    yield f"# {file}, in a folder that HUYEN_REGISTRY names; docs/registry.md explains the keys"
    yield f"[{table}]" + ("" if district else "  # the district's id; fill in the next three lines, too")
    yield f'name = "{district.name if district else "Tên huyện"}"'
    yield f'kind = "{district.kind if district else "huyện"}"'
    yield f'code = "{district.code if district else "000"}"'
    yield f"[[{table}.portals]]"
    yield f'url = "{url}"'
    yield 'family = "generic"'


def owner(site: str) -> Seat | None:
    """Returns the district whose portal the tables of hosts say that `site` is; None where they do not."""
    host = (urlsplit(f"//{site}").hostname or "").removeprefix("www.")
    seats = {seat.code: seat for seat in country()}
    named = [(one.host, one.code) for one in hosts()] + [(one.host, one.code) for one in candidates()]
    return next((seats[code] for name, code in named if name == host and code in seats), None)
