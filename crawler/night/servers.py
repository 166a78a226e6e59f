"""Which districts one machine must crawl because their portals or files stand on the same server."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from ipaddress import ip_address

from crawler.fetch.hosts import hosts_of
from crawler.registry.entries import District
from storage.filing.addresses import host_key
from storage.runs.shared import Unit

LOOK_UP_SECONDS = 30.0  # for all names together; a name that takes longer stands for itself
_THREADS = 32  # they only wait for the resolver

Resolve = Callable[[Iterable[str]], Mapping[str, str]]


def addresses(names: Iterable[str]) -> dict[str, str]:
    """Returns an IP address of each of the host `names` that the resolver knows, after LOOK_UP_SECONDS at
    most.
    """
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="resolver")
    try:
        asked = {pool.submit(_address, name): name for name in set(names)}
        answered, _ = wait(asked, LOOK_UP_SECONDS)
        return {asked[one]: found for one in answered if (found := one.result())}
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def units(
    districts: Sequence[District],
    seconds: Mapping[str, float],
    file_hosts: Mapping[str, set[str]],
    resolve: Resolve = addresses,
) -> list[Unit]:
    """Returns `districts` in units: those whose portals or file hosts share a server or a name are in one.

    `seconds`: what each district's crawl took lately; one that was never crawled counts as longest.
    `file_hosts`: where files of each district stand (as storage.filing.addresses.host_key). A loopback
    address is a server for each of its ports: there every port is somebody's stand-in.
    """
    hosts = {
        one.id: {
            host_key(f"//{host}") for host in hosts_of(portal for portal in one.portals if portal.crawlable)
        }
        | file_hosts.get(one.id, set())
        for one in districts
    }
    known = resolve({host.partition(":")[0] for some in hosts.values() for host in some})
    first: dict[str, str] = {}  # server to the district that was seen there first
    leads: dict[str, str] = {one.id: one.id for one in districts}

    def lead(district: str) -> str:
        while leads[district] != district:
            district = leads[district]
        return district

    for one in districts:
        for host in hosts[one.id]:
            for server in {host, _server(host, known)}:
                there = first.setdefault(server, one.id)
                leads[lead(one.id)] = lead(there)
    together: dict[str, list[str]] = {}
    for one in districts:
        together.setdefault(lead(one.id), []).append(one.id)
    return [
        Unit(tuple(sorted(some)), max(seconds.get(one, _LONGEST) for one in some))
        for some in together.values()
    ]


_LONGEST = 1e9  # seconds


def _server(host: str, known: Mapping[str, str]) -> str:
    name = host.partition(":")[0]
    address = known.get(name, name)
    try:
        return host if ip_address(address).is_loopback else address
    except ValueError:
        return host


def _address(name: str) -> str | None:
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return None
    return min((str(one[4][0]) for one in found), key=lambda one: (":" in one, one), default=None)
