"""What the registry says of the hosts of portals, as Scrapy's settings and the safety middleware take it, and
which hosts are not on the public internet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from storage.filing.addresses import host_key

if TYPE_CHECKING:
    from crawler.registry.entries import District, Portal

VERIFY = "verify"  # of a portal's `tls`: no exception
# Names that no public portal can have (RFC 6761, 6762, 9476): whoever writes one into a registry means it.
_LOCAL_NAME = re.compile(r"(?:.+\.)?(?:localhost|test|local|internal)")
NO_DELAY = 0.001  # seconds: without any, Scrapy 2.19 starts all that waits before it counts what runs


def hosts_of(portals: Iterable[Portal]) -> set[str]:
    """Returns the hosts that requests for `portals` may go to: their own and their companions."""
    found: set[str] = set()
    for portal in portals:
        found |= {urlsplit(portal.url).netloc.lower(), *portal.companions}
    return found


def settings_of(portals: Iterable[Portal]) -> dict[str, Any]:
    """Returns the pace (DOWNLOAD_SLOTS) and the exceptions of TLS (TLS_BY_HOST) of `portals`, by host."""
    slots: dict[str | None, dict[str, float]] = {}
    tls: dict[str | None, str] = {}
    for portal in portals:
        for host in (portal.url, *(f"//{companion}" for companion in portal.companions)):
            name = urlsplit(host).hostname
            before = slots.get(name, {}).get(
                "delay", 0.0
            )  # portals that share a host share the longest delay
            delay = max(before, portal.delay or NO_DELAY)
            slots[name] = {"delay": delay, "concurrency": 1, "jitter": 0.0}
        if portal.tls != VERIFY:
            hosts = (portal.url, *(f"//{host}" for host in portal.companions))
            tls |= {urlsplit(host).hostname: portal.tls for host in hosts}
    return {"DOWNLOAD_SLOTS": slots, "TLS_BY_HOST": tls}


def portals_on(districts: Iterable[District], url: str) -> tuple[Portal, ...]:
    """Returns all portals of the districts that have a portal, or a companion, on the host of `url`."""
    host = host_key(url)
    return tuple(
        portal
        for district in districts
        if host in {host_key(f"//{name}") for name in hosts_of(district.portals)}
        for portal in district.portals
    )


def is_public(address: str) -> bool:
    """Returns whether the IP `address` is a host on the public internet, also where IPv6 wraps an IPv4
    address.
    """
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)
    return ip.is_global and not ip.is_multicast


def is_internal(host: str) -> bool:
    """Returns whether `host` is written as a local name or as an address that is not on the public
    internet.
    """
    return is_local_name(host) or (is_address(host) and not is_public(host))


def is_local_name(host: str) -> bool:
    """Returns whether no public host can have the name `host`."""
    return bool(_LOCAL_NAME.fullmatch(host))


def is_address(host: str) -> bool:
    """Returns whether `host` is an IP address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
