"""Merges the layers of a registry, key by key, and remembers which file each value comes from.

A later layer wins over an earlier one. Its table of the same district adds to the earlier table, or stands in
its place with `replace = true`; its portal at the same address, or one that names the earlier portal's host
as `former`, adds to the earlier portal. A portal's own value wins over [defaults] of any layer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, TypeGuard

from crawler.registry.entries import site_key
from crawler.registry.files import Document, written
from crawler.registry.raw import DISTRICT, Entry, Origin

_SEEN = ("sections", "feeds", "sitemaps", "status", "note", "source", "year", "unverified")


def merged(documents: Iterable[Document]) -> Iterator[Entry]:
    """Yields the districts of all `documents`, which come in the order of their layers."""
    by_province = sorted(documents, key=lambda document: document.province_id)  # stable: layers stay in order
    for province_id, group in groupby(by_province, key=lambda document: document.province_id):
        same = list(group)
        defaults = {key: (value, one.file) for one in same for key, value in one.defaults.items()}
        entries: dict[str, Entry] = {}
        for one in same:
            for table, content in one.tables.items():
                entry = entries.get(table)
                if entry is None or content.get("replace") is True:
                    entry = entries[table] = Entry(province_id, table, written(same))
                _add(entry, one.file, content)
        for entry in entries.values():
            _inherit(entry, defaults)
            yield entry


def _add(entry: Entry, file: Path, content: dict[str, Any]) -> None:
    """Adds what one file says of a district."""
    entry.files.append(file)
    here = Origin(file, f"[{entry.table}]")
    entry.origins[DISTRICT, ""] = here
    for key, value in content.items():
        if key == "replace":
            if not isinstance(value, bool):
                entry.faults.append((file, f"[{entry.table}], key replace", "must be true or false"))
        elif key == "portals" and _tables(value) and _tables(entry.values.get("portals", [])):
            known = entry.values.setdefault("portals", [])
            before = len(known)
            for n, portal in enumerate(list(value)):
                at = _same(portal, known[:before])
                if at is None:
                    at = len(known)
                    known.append({})
                elif "url" in portal and _key(known[at].get("url")) != _key(portal["url"]):
                    for gone in _SEEN:  # at the old address
                        known[at].pop(gone, None)
                        entry.origins.pop((at, gone), None)
                known[at].update(portal)
                place = Origin(file, f"[[{entry.table}.portals]] {n + 1}")
                entry.origins.update({(at, name): place for name in ("", *portal)})
        else:
            entry.values[key] = value
            entry.origins[DISTRICT, key] = here


def _inherit(entry: Entry, defaults: dict[str, tuple[Any, Path]]) -> None:
    """Gives the portals what the province says once."""
    portals = entry.values.get("portals")
    if not _tables(portals):
        return
    for n, portal in enumerate(portals):
        for key, (value, file) in defaults.items():
            if key not in portal:
                portal[key] = value
                entry.origins[n, key] = Origin(file, "[defaults]")


def _tables(value: object) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _same(portal: dict[str, Any], known: Sequence[dict[str, Any]]) -> int | None:
    """Returns which of `known` the portal is: the same address, or a host that it had before."""
    former = portal.get("former", ())
    hosts = [portal.get("url"), *(f"//{host}" for host in former if isinstance(former, list))]
    keys = {key for host in hosts if (key := _key(host))}
    return next((n for n, one in enumerate(known) if _key(one.get("url")) in keys), None)


def _key(url: object) -> str | None:
    try:
        return site_key(url) if isinstance(url, str) else None
    except ValueError:
        return None
