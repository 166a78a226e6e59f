"""What no entry shows alone: a place that does not exist, or two districts that claim one portal or code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from crawler.registry.entries import District, site_key
from crawler.registry.faults import Fault
from crawler.registry.places import misplaced
from crawler.registry.raw import DISTRICT, Entry
from storage.language.messages import message

# Names that no public site can have: RFC 2606, 6761, 6762, 9476.
_RESERVED = re.compile(r"(?:.+\.)?(?:localhost|test|example(?:\.\w+)?|invalid|local|internal)")


def stand_in(district: District) -> bool:
    """Returns whether all portals of the district are on this machine or under names for examples (such as
    example.org): a rehearsal, which may invent places.
    """
    return not any(_public(urlsplit(portal.url).hostname or "") for portal in district.portals)


def _public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return not _RESERVED.fullmatch(host)


def unshared(
    districts: Iterable[District], entries: Mapping[str, Entry], faults: list[Fault]
) -> Iterator[District]:
    """Yields the districts that claim nothing of a district before: no two spiders crawl one site.

    Files of pictures may be companions of many portals; a portal's address, and its former hosts, are one's.
    """
    districts = list(districts)
    portals = {site_key(p.url): d.id for d in reversed(districts) for p in d.portals}
    owners: dict[str, str] = {}
    codes: dict[str, str] = {}
    formers: dict[str, str] = {}
    for district in districts:
        before = len(faults)

        def fault(portal: int, key: str, why: str, district: District = district) -> None:
            origin = entries[district.id].origin(portal, key)
            where = f"{origin.table}, key {key}"
            faults.append(Fault(origin.file, district.province_id, district.id, where, why))

        invented = stand_in(district)
        for key, why in misplaced(district, invented):
            fault(DISTRICT, key, why)
        other = codes.setdefault(district.code, district.id)
        if other != district.id and not invented:
            fault(
                DISTRICT,
                "code",
                message(
                    "{code} is already the code of {other}; use that id to add to its entry",
                    code=district.code,
                    other=other,
                ),
            )
        for n, portal in enumerate(district.portals):
            if (site := site_key(portal.url)) in owners:
                said = message("{url} is already a portal of {owner}", url=portal.url, owner=owners[site])
                fault(n, "url", message("{said}; a portal belongs to one district, once", said=said))
            owners.setdefault(site, district.id)
            for key in ("former", "companions"):
                for host in getattr(portal, key):
                    owner = portals.get(site_key(f"//{host}"), district.id)
                    if owner != district.id:
                        fault(n, key, message("{host} is a portal of {owner}", host=host, owner=owner))
            for host in portal.former:
                owner = formers.setdefault(site_key(f"//{host}"), district.id)
                if owner != district.id:
                    fault(
                        n,
                        "former",
                        message("{host} is already a former host of {owner}", host=host, owner=owner),
                    )
        if len(faults) == before:
            yield district
