"""Writes the bundled registry from facts/: `python -m crawler.registry.build [--refresh] [FOLDER]`.

A file a province, a table a district with a known host. What stands in a file stays as it is, comments
included; districts and portals that it lacks are added in the order of the districts' codes. `--refresh`
first drops the portals that nobody has looked at (`status = "unseen"`), so that changed facts reach them.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Array, Table

from crawler.config import BUNDLED_REGISTRY
from crawler.registry.country import Seat, country
from crawler.registry.entries import families, site_key
from crawler.registry.hosts import Host, hosts
from crawler.registry.share import TABLE, comments_before, lines
from storage.places import lookup

# What the portals of a province share, by evidence: pictures of VNPT portals of Nghệ An stand on that host,
# and the portals of Hải Phòng that were seen all run on VNPT Portal.
FILE_HOSTS = {"nghe-an": ["datafiles.nghean.gov.vn"]}
FAMILIES = {"hai-phong": "vnpt"}
# A platform is no family of ours by itself; on these hosts it was seen with the family's template.
_TEMPLATES = {("sharepoint", ".hanam.gov.vn"): "hanam"}
_HEAD = """\
# Entries with status = "unseen" are written by crawler/registry/build.py from crawler/registry/facts/.
# Nobody has looked at those sites: `unverified` names what is not known. See docs/contributing.md.
"""
_LAST_DAY = "2025-06-30"


def build(folder: Path, refresh: bool = False) -> dict[str, str]:
    """Returns the text of every file of the registry by name, from the facts and what `folder` holds now."""
    known: dict[str, list[Host]] = defaultdict(list)
    for host in hosts():
        known[host.code].append(host)
    provinces: dict[str, list[Seat]] = defaultdict(list)
    for seat in country():
        provinces[seat.province_id].append(seat)
    texts = {}
    for province_id, seats in provinces.items():
        file = folder / f"{province_id}.toml"
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        head, blocks = _blocks(before)
        head = head or _head(seats[0])
        shared = tomlkit.parse(head).unwrap().get("defaults", {})
        for seat in seats:
            block = blocks.get(seat.table, "")
            if refresh and block:
                block = _seen(block, seat)
            if found := known.get(seat.code):
                blocks[seat.table] = _added(block, seat, portals(seat, found), "family" in shared)
            elif block or seat.table in blocks:
                blocks[seat.table] = block
        order = {seat.table: n for n, seat in enumerate(seats)}
        tables = sorted(filter(blocks.get, blocks), key=lambda table: order.get(table, len(order)))
        texts[file.name] = "\n".join([head, *(blocks[table] for table in tables)])
    return texts


def portals(seat: Seat, known: Sequence[Host]) -> Iterator[dict[str, Any]]:
    """Yields the portals of a district as its table has them: its own first, then those of other bodies."""
    for kind in ("committee", "party", "council", "media", "other"):
        same = sorted((host for host in known if host.kind == kind), key=lambda host: _rank(host, seat))
        ended = [host for host in same if host.role.startswith("ended:")]
        own = [host for host in same if host not in ended and host.role != "address"]
        whole = [host for host in own if "/" not in host.host]
        if whole:
            yield _portal(whole[0], whole[1:], FILE_HOSTS.get(seat.province_id, ()))
        for host in own:
            if host not in whole:
                yield _portal(host)
        for host in ended:
            yield _portal(host) | _ended(host)


def _rank(host: Host, seat: Seat) -> tuple[object, ...]:
    """The likeliest first: not a former one, strongly attested, the newest, {district}.{province}.gov.vn."""
    name = "".join(seat.name.split()).lower()
    return (
        host.role == "former",
        host.strength != "strong",
        -int(host.year or 0),
        host.host.removeprefix("www.").count(".") < 3,
        name not in host.host,
        host.host,
    )


def _portal(host: Host, others: Sequence[Host] = (), files: Sequence[str] = ()) -> dict[str, Any]:
    """Returns the keys of a portal; `others` are further hosts of it, `files` the province's file hosts."""
    family = host.platform if host.platform in families() else _template(host)
    former = [other.host for other in others if other.role == "former"]
    beside = [other.host for other in others if other.role != "former"]
    notes = [host.note, *(f"{other.host}: {other.note}" for other in others if other.note)]
    if host.platform and not family:
        notes.append(f"platform {host.platform}: {host.platform_seen}")
    if host.strength == "medium":
        notes.append("attested only by a list made by hand")
    moved = "since July 2025" in host.note
    said = dict.fromkeys(word for one in (host, *others) for word in one.sources)
    unverified = ["url", *([] if family else ["family"]), "sections", *(["companions"] if beside else [])]
    return {
        "url": f"https://{host.host}",
        **({"family": family} if family else {}),
        **({"kind": host.kind} if host.kind != "committee" else {}),
        **({"companions": [*beside, *files]} if beside else {}),  # its own list hides the province's
        **({"former": former} if former else {}),
        **({"until": tomlkit.date(_LAST_DAY)} if moved else {}),
        "status": "unseen",
        **({"note": "; ".join(filter(None, notes))} if any(notes) else {}),
        "source": "; ".join(said),
        **({"year": int(host.year)} if host.year else {}),
        "unverified": unverified,
    }


def _template(host: Host) -> str | None:
    for (platform, end), family in _TEMPLATES.items():
        if host.platform == platform and host.host.endswith(end):
            return family
    return None


def _ended(host: Host) -> dict[str, Any]:
    """Returns what the portal of a district that ended says beside the rest."""
    code = host.role.partition(":")[2]
    last = [state for state in lookup.states(code) if state.valid_to < _LAST_DAY][-1]
    told = f"portal of the former {last.kind} {last.name} (code {code}), which ended on {last.valid_to}"
    keys = _portal(host)
    return {"until": tomlkit.date(last.valid_to), "note": "; ".join(filter(None, [told, keys.get("note")]))}


def _head(seat: Seat) -> str:
    """Returns the beginning of a new file."""
    family = FAMILIES.get(seat.province_id, "generic")
    text = f'{_HEAD}province = "{seat.province}"\n\n[defaults]\n{lines({"family": family})}'
    if file_hosts := FILE_HOSTS.get(seat.province_id):
        text += lines({"companions": file_hosts})
    return text


def _blocks(text: str) -> tuple[str, dict[str, str]]:
    """Returns the beginning of a file, up to its first district, and the text of each district, with the
    comments before it.
    """
    starts: list[tuple[int, str]] = []
    for found in TABLE.finditer(text):
        if found[1] != "defaults" and (not starts or starts[-1][1] != found[1]):
            starts.append((comments_before(text, found.start()), found[1]))
    ends = [start for start, _ in starts[1:]] + [len(text)] if starts else []
    head = text[: starts[0][0]] if starts else text
    blocks = {
        table: text[start:end].rstrip("\n") + "\n" for (start, table), end in zip(starts, ends, strict=True)
    }
    return (head.rstrip("\n") + "\n" if head.strip() else ""), blocks


def _seen(block: str, seat: Seat) -> str:
    """Returns the text of a district without its `unseen` portals; empty where no other is left."""
    unseen = [portal.get("status") == "unseen" for portal in _held(block, seat)]
    if all(unseen) or not any(unseen):
        return "" if all(unseen) else block
    document = tomlkit.parse(block)
    table = document[seat.table]
    assert isinstance(table, Table)
    held = table["portals"]
    assert isinstance(held, (AoT, list))
    for n in reversed(range(len(held))):
        if unseen[n]:
            del held[n]
    return tomlkit.dumps(document).rstrip("\n") + "\n"


def _added(block: str, seat: Seat, found: Iterable[dict[str, Any]], inherits: bool) -> str:
    """Returns the text of a district with those of the portals `found` that it lacks; where the province says
    no family for all, each says its own.
    """
    if not block:
        said = {"name": seat.name, "kind": seat.kind, "code": seat.code}
        block = f"[{seat.table}]\n{lines(said)}"
    names = {key for portal in _held(block, seat) for key in _keys(portal)}
    new = [portal for portal in found if names.isdisjoint(_keys(portal))]
    if not inherits:
        new = [{"url": portal["url"], "family": "generic"} | portal for portal in new]
    if new and re.search(r"^portals\s*=", block, re.MULTILINE):  # in one line: portals = [{ … }]
        document = tomlkit.parse(block)
        table = document[seat.table]
        assert isinstance(table, Table)
        held = table["portals"]
        assert isinstance(held, Array)
        for portal in new:
            held.append(portal)
        return tomlkit.dumps(document)
    return block + "".join(f"\n[[{seat.table}.portals]]\n{lines(portal)}" for portal in new)


def _held(block: str, seat: Seat) -> list[dict[str, Any]]:
    """Returns the portals in the text of a district."""
    portals: list[dict[str, Any]] = tomllib.loads(block)[seat.table].get("portals", [])
    return portals


def _keys(portal: dict[str, Any]) -> set[str]:
    hosts = [*portal.get("companions", ()), *portal.get("former", ())]
    return {site_key(portal["url"]), *(site_key(f"//{host}") for host in hosts)}


def main() -> int:
    """Runs from the command line; returns 0."""
    parser = argparse.ArgumentParser(prog="python -m crawler.registry.build", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=BUNDLED_REGISTRY)
    parser.add_argument("--refresh", action="store_true", help="write entries anew that nobody has looked at")
    options = parser.parse_args()
    for name, text in build(options.folder, options.refresh).items():
        draft = options.folder / f".{name}.part"
        draft.write_text(text, encoding="utf-8")
        draft.replace(options.folder / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
