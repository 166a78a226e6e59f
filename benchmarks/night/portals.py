"""What benchmarks/nightly.py serves: hundreds of portals of a mix of systems, some of them faulty, as data.

The systems are those of the fixtures; the articles are benchmarks.texts', so that no two are duplicates.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from benchmarks import texts
from fixtures import app, articles, families, furniture
from fixtures.articles import ZONE
from fixtures.portal import Definition, Request, Response, Site, definitions

# The definition in the fixtures, the family in the registry, and how many of a hundred portals are like it.
MIX = (
    ("do-luong-vnpt", "vnpt", 30),
    ("do-luong-wp", "wordpress", 16),
    ("yen-thanh", "generic", 12),
    ("liferay", "liferay", 8),
    ("gia-vien", "ninhbinh", 8),
    ("nukeviet", "nukeviet", 8),
    ("joomla", "joomla", 6),
    ("vhv", "vhv", 4),
    ("joomla", "generic", 4),
    ("ky-anh", "portalread", 2),
    ("ly-nhan", "hanam", 2),
)
SHARES = {"slow": 0.05, "failing": 0.05, "hanging": 0.02, "trap": 0.01}  # of the portals
# The faults of those that fail or hang, in turn.
FAULTS: Mapping[str, tuple[str, ...]] = {
    "failing": tuple(
        "server_error refused script_wall forbidden to_home template soft_404 expired section_error moved"
        " closed hijacked".split()
    ),
    "hanging": ("silent", "stalling"),
}
HEALTHY = frozenset({"ok", "quiet"})  # also of slow portals and of those with traps: they can be read
# The verdicts that name a fault.
RIGHT: Mapping[str, frozenset[str]] = {
    **dict.fromkeys("server_error refused expired silent stalling".split(), frozenset({"unreachable"})),
    **dict.fromkeys(
        "script_wall forbidden to_home template soft_404 hijacked".split(), frozenset({"broken"})
    ),
    "section_error": frozenset({"degraded"}),
    "moved": frozenset({"moved"}),
    "closed": frozenset({"frozen"}),
}
NEWEST = timedelta(days=1)  # age of the newest article at the begin
BETWEEN = timedelta(days=3)  # two articles
_WEIGHT = 450  # CSS rules; brings the bare pages of fixtures.families to 45 KB
_ROBOTS = "User-agent: *\nDisallow: /admin\n"  # without a Crawl-delay: the registry's is measured


@dataclass(frozen=True, slots=True)
class Plan:
    """What is served; one plan always gives the same portals.

    `articles`: of each portal. `planted`: which of SHARES. `failing`: so many portals, not their share.
    """

    portals: int = 700
    articles: int = 10
    planted: Sequence[str] = tuple(SHARES)
    failing: int | None = None
    seed: int = 1
    port: int = 0  # on every address; 0 takes a free one


class Entry(NamedTuple):
    """A portal: its address, its definition in the fixtures, its family, its fault ("" for none)."""

    number: int
    address: str
    system: str
    family: str
    fault: str

    @property
    def name(self) -> str:
        """The table of its district in the registry."""
        return f"huyen-{self.number:03}"

    @property
    def scheme(self) -> str:
        """https where the certificate is to expire."""
        return "https" if self.fault == "expired" else "http"

    @property
    def right(self) -> frozenset[str]:
        """The verdicts that are right while its fault lasts."""
        return RIGHT.get(self.fault, HEALTHY)


def entries(plan: Plan) -> list[Entry]:
    """The portals of `plan`, each on a loopback address of its own: crawlers keep their pace by host."""
    luck = random.Random(plan.seed)
    kinds = [(system, family) for system, family, share in MIX for _ in range(share)]
    luck.shuffle(kinds)
    made = [kinds[n % len(kinds)] for n in range(plan.portals)]
    faults: dict[int, str] = {}
    for kind in plan.planted:
        wanted = max(1, round(SHARES[kind] * plan.portals))
        if kind == "failing" and plan.failing is not None:
            wanted = plan.failing
        for fault in (FAULTS.get(kind, (kind,)) * wanted)[:wanted]:
            fit = [n for n in range(plan.portals) if n not in faults and _fits(fault, made[n][1])]
            if fit:
                faults[luck.choice(fit)] = fault
    return [
        Entry(n, f"127.1.{n // 250}.{n % 250 + 1}", system, family, faults.get(n, ""))
        for n, (system, family) in enumerate(made)
    ]


def _fits(fault: str, family: str) -> bool:
    """Traps are for crawls that go by a home page's links; one section of several needs named sections."""
    return {"trap": family == "generic", "section_error": family != "generic"}.get(fault, True)


@cache
def definition(system: str) -> Definition:
    """The fixtures' definition, shared by all portals of a system as their templates are."""
    found = {one.key: one for one in definitions()}
    return found[system] if system in found else families.site(system).definition


def tables(plan: Plan, entry: Entry) -> Iterator[dict[str, Any]]:
    """The articles of a portal as fixtures.articles notes them, oldest first, without end.

    Those after the first `plan.articles` are of today.
    """
    luck, now = random.Random(f"{plan.seed} {entry.number}"), datetime.now(ZONE)
    sections = definition(entry.system).sections
    n = 0
    while True:
        # each section has two at least, so that none is empty from the begin
        section = sections[n % len(sections) if n < 2 * len(sections) else luck.randrange(len(sections))].key
        age = NEWEST + (plan.articles - 1 - n) * BETWEEN if n < plan.articles else timedelta(hours=2)
        table = tomllib.loads(texts._table(n, luck, _sentences(), section))["article"][0]
        yield {**table, "published": now - age}
        n += 1


@cache
def _sentences() -> list[str]:
    return texts.sentences()


def site(entry: Entry, items: Sequence[Mapping[str, Any]]) -> Site:
    """The portal with the articles of `items`."""
    made = definition(entry.system)
    address = families._address if made.system in families.SYSTEMS else app.address(made)
    return Site(made, [articles.article(one, one["published"], entry.address) for one in items], address)


def respond(shown: Site, request: Request) -> Response:
    """The page of `shown` that `request` asks for; 404 where there is none."""
    if request.path == "/robots.txt":
        return Response(_ROBOTS, content_type="text/plain")
    name = shown.definition.key
    if name not in families.SYSTEMS:
        return app.respond(shown, request)
    page = _family_page(shown, name, request)
    if page is None:
        return Response("<html><body><h1>404</h1></body></html>", 404)
    return Response(page.replace("</head>", f"<style>{furniture.styles(name, _WEIGHT)}</style></head>", 1))


def _family_page(shown: Site, name: str, request: Request) -> str | None:
    """What fixtures.families.respond answers, of a site of other articles."""
    query = "&".join(f"{key}={value}" for key, value in request.query.items())
    address = f"{request.path}?{query}" if query else request.path
    if request.path == "/":
        boxes = [families._entries(shown, shown.entries(s.key)[:4], "/") for s in shown.definition.sections]
        return families._page(shown, f"Huyện {shown.definition.name}", "\n".join(boxes))
    for section in shown.definition.sections:
        for n in range(1, shown.page(section, 1)[1] + 1):
            if address in {families.SYSTEMS[name].page(section.path, n), section.path if n == 1 else ""}:
                return families._page(shown, section.title, families._listing(shown, section, n))
    found = shown.find(request.path)
    return families._page(shown, found.title, families._detail(shown, found)) if found else None
