"""One's own entries as TOML, for a pull request: those that somebody has looked at, with their source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import tomlkit

from crawler.registry.entries import District, Portal
from crawler.registry.raw import Entry, Origin

TABLE = re.compile(r"^\[{1,2}([\w-]+)", re.MULTILINE)  # the first part of a table's name


class Shared(NamedTuple):
    """What is printed, and what is not, a line each, with the reason."""

    toml: str
    left: list[str]


def shared(districts: Iterable[District], entries: Mapping[str, Entry], bundled: Path) -> Shared:
    """Returns the verified portals of `districts` that another layer than `bundled` has, a file after the
    other; those of it without source, or still unseen, are left.
    """
    parts: list[str] = []
    left: list[str] = []
    files: set[str] = set()
    for district in districts:
        entry = entries[district.id]
        mine = [n for n in range(len(district.portals)) if entry.origin(n, "url").file.parent != bundled]
        whole = []
        for n in mine:
            sourced = entry.origin(n, "source").file.parent != bundled and district.portals[n].source
            if why := _unverified(district.portals[n], bool(sourced)):
                left.append(f"{district.id} {district.portals[n].url}: {why}")
            else:
                whole.append(n)
        if not whole:
            continue
        if district.province_id not in files:
            files.add(district.province_id)
            parts.append(f"# for crawler/districts/{district.province_id}.toml\n")
        said = {"name": district.name, "kind": district.kind, "code": district.code}
        parts.append(f"[{entry.table}]\n{lines(said)}")
        parts += [f"[[{entry.table}.portals]]\n{lines(_own(entry, n, bundled))}" for n in whole]
    return Shared("\n".join(parts), left)


def lines(values: Mapping[str, Any]) -> str:
    """Returns keys and values as lines of TOML."""
    return "".join(f"{key} = {tomlkit.item(value).as_string()}\n" for key, value in values.items())


def comments_before(text: str, at: int) -> int:
    """Returns where the comments right before the line at `at` begin; `at` where there are none."""
    while comment := re.search(r"(?:\A|\n)(#[^\n]*\n)\Z", text[:at]):
        at = comment.start(1)
    return at


def _unverified(portal: Portal, sourced: bool) -> str | None:
    if portal.status == "unseen":
        return "its status is unseen; set it to what you saw"
    return None if sourced else "it has no source of yours; say how you looked at it"


def _own(entry: Entry, n: int, bundled: Path) -> dict[str, Any]:
    """Returns the keys of a portal, without what the bundled file of its province says for all."""

    def said(origin: Origin | None) -> bool:
        return origin is not None and not (origin.inherited and origin.file.parent == bundled)

    held: dict[str, Any] = entry.values["portals"][n]
    order = [key for key in Portal.model_fields if key in held]
    return {key: held[key] for key in order if said(entry.origins.get((n, key)))}
