"""On which hosts the files of a portal may be fetched, and how slowly."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.fetch.hosts import hosts_of, is_internal
from crawler.registry.entries import Portal
from crawler.registry.load import Registry
from storage.filing.addresses import host_key
from storage.filing.words import Kind

# Stores of the vendors who build district portals, as seen in their pages (docs/decisions.md).
_STORES = re.compile(r"(?:storage|files)-vnportal\.(?:vnpt\.vn|[a-z0-9-]+\.gov\.vn)")
# Second-level names of .vn under which domains are registered (VNNIC)
_SECOND = frozenset("ac biz com edu gov health id info int io name net org pro".split())
IMAGE_MB, REQUISITE_MB = 8.0, 4.0  # 2^20 bytes


def may_ask(portal: Portal, host: str) -> bool:
    """Returns whether files of `portal` may be fetched from `host` (as storage.filing.addresses.host_key).

    Its own host, its companions and the hosts in `file_hosts`; unless that has "listed", also hosts of the
    same registered domain and the stores of vendors. A name or address of a local network must be named.
    """
    if host in listed(portal) or host in {host_key(f"//{name}") for name in portal.file_hosts}:
        return True
    bare = host.partition(":")[0]
    if "listed" in portal.file_hosts or ":" in host or is_internal(bare):
        return False
    return bool(_STORES.fullmatch(bare)) or registered_domain(bare) == registered_domain(host_key(portal.url))


def listed(portal: Portal) -> set[str]:
    """Returns the hosts that the registry names for `portal`."""
    return {host_key(f"//{host}") for host in hosts_of([portal])}


def registered_domain(host: str) -> str:
    """Returns the part of `host` that somebody registered: nghean.gov.vn of doluong.nghean.gov.vn."""
    labels = host.partition(":")[0].split(".")
    if labels[-1].isdigit():  # an IP address
        return host
    deep = 3 if labels[-1] == "vn" and labels[-2:-1] and labels[-2] in _SECOND else 2
    return ".".join(labels[-deep:])


def delay_at(host: str, portals: Iterable[Portal], asking: Iterable[Portal]) -> float:
    """Returns the seconds between two requests to `host`: the largest delay of all `portals` that name it
    and of those `asking` there now.
    """
    named = [portal.delay for portal in portals if host in listed(portal)]
    return max([*named, *(portal.delay for portal in asking)], default=1.0)


def largest(portal: Portal, kind: Kind) -> int:
    """Returns how many bytes a file of that kind may have."""
    bounds = {Kind.ATTACHMENT: portal.file_mb, Kind.IMAGE: IMAGE_MB, Kind.REQUISITE: REQUISITE_MB}
    return int(min(portal.file_mb, bounds[kind]) * 2**20)


def kinds_of(portal: Portal, usual: Iterable[str]) -> frozenset[Kind]:
    """Returns which files of `portal` are kept; `usual`: where its entry does not say (HUYEN_KEEP)."""
    return frozenset(Kind(name.removesuffix("s")) for name in (usual if portal.keep is None else portal.keep))


def drawn(registry: Registry, usual: Iterable[str], *, chosen: bool = False) -> list[tuple[str, Portal]]:
    """Returns the portals whose pages are kept with what they draw with, each with the id of its district;
    `chosen`: all portals.
    """
    every = ((district.id, portal) for district in registry.districts for portal in district.portals)
    return [(id_, portal) for id_, portal in every if chosen or Kind.REQUISITE in kinds_of(portal, usual)]


def pictured(registry: Registry, usual: Iterable[str]) -> frozenset[str]:
    """Returns the URLs of the portals whose pictures are kept."""
    portals = (portal for district in registry.districts for portal in district.portals)
    return frozenset(portal.url for portal in portals if Kind.IMAGE in kinds_of(portal, usual))
