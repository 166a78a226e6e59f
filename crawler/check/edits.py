"""What checks found, as edits of one's own registry files: proposed as a diff, written only when asked.

An edit is proposed where a look was sure enough (docs/registry.md names the rules); a portal that does not
answer, asks to log in or is under repair is left as it stands.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tomlkit

from crawler.check.checking import in_words
from crawler.check.network import Target
from crawler.discover.urls import same_site
from crawler.errors import Refused
from crawler.registry.entries import Portal, site_key
from crawler.registry.share import TABLE, comments_before, lines
from storage.files import whole
from storage.language.messages import message
from storage.runs.states import CheckRecord
from storage.vocabulary import State, local

_TLS = {"expired": "allow-expired", "incomplete_chain": "allow-incomplete-chain"}
_ENDED = (State.ANOTHER_OFFICE, State.PARKED, State.DEFAULT_PAGE)

NONE = message(
    "there is no registry of your own to write to; add one to the bundled registry:"
    " HUYEN_REGISTRY=bundled:FOLDER"
)


@dataclass(slots=True)
class Edits:
    """The files of a registry as they are and as they would be."""

    before: dict[Path, str] = field(default_factory=dict)
    after: dict[Path, str] = field(default_factory=dict)

    def diff(self) -> str:
        """Returns all edits as one unified diff; empty where there are none."""
        parts: list[str] = []
        for path, text in sorted(self.after.items()):
            old = self.before[path]
            parts += difflib.unified_diff(
                old.splitlines(keepends=True), text.splitlines(keepends=True), str(path), str(path)
            )
        return "".join(parts)

    def write(self) -> list[Path]:
        """Writes the files, each when it is whole, and returns their paths. Raises OSError."""
        for path, text in self.after.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole(path) as stream:
                stream.write(text)
        return sorted(self.after)

    def undo(self) -> None:
        """Puts the files back as they were."""
        for path, text in self.before.items():
            if text:
                with whole(path) as stream:
                    stream.write(text)
            else:
                path.unlink(missing_ok=True)


def proposed(own: Path | None, targets: Iterable[Target], found: Iterable[CheckRecord]) -> Edits:
    """Returns the edits of the registry at `own` that the looks `found` at `targets` suggest.

    Raises Refused where there is no registry of one's own, or a file of it that cannot be edited.
    """
    if own is None:
        raise Refused(NONE)
    known = {(one.subject.district_id, one.subject.portal): one for one in targets}
    edits = Edits()
    for record in found:
        target = known[record.district_id, record.portal]
        keys = keys_of(record, target.settings)
        if not keys or (target.subject.candidate and "status" not in keys):
            continue
        province, _, table = record.district_id.partition(".")
        path = own / f"{province}.toml" if own.is_dir() or own.suffix != ".toml" else own
        if path.stem != province:
            raise Refused(
                message(
                    "{own} holds another province than {province}; give a folder as your registry",
                    own=own,
                    province=province,
                )
            )
        if path not in edits.after:
            edits.before[path] = path.read_text(encoding="utf-8") if path.exists() else ""
        text = edits.after.get(path, edits.before[path])
        seat = _seat(target) if target.subject.candidate and not target.registered else {}
        edits.after[path] = edited(text, table, record.portal, keys, seat)
    return edits


def keys_of(record: CheckRecord, portal: Portal) -> dict[str, Any]:
    """Returns the keys of `portal` that a look suggests to set, with their values; empty where none."""
    day = local(record.checked_at).date().isoformat()
    note = f"{in_words(record)} (checked {day}): {record.evidence}"
    if portal.note and portal.note not in note:
        note = f"{portal.note}; {note}"
    sure = record.sure in ("certain", "likely")
    keys: dict[str, Any] = {}
    if record.state in (State.LIVES, State.FROZEN) and sure:
        keys["status"] = "live" if record.state == State.LIVES else "frozen"
        if (
            record.state == State.FROZEN
            and record.newest
            and (portal.until or record.newest) >= record.newest
        ):
            keys["until"] = record.newest
        if record.newest and record.newest.year > (portal.year or 0):
            keys["year"] = record.newest.year
        if record.family_sure == "certain" and portal.family == "generic":
            keys["family"] = record.family
        left = [one for one in portal.unverified if one not in ("url", "status", *keys)]
        if left != list(portal.unverified):
            keys["unverified"] = left
    elif record.state == State.MOVED and sure and record.target:
        if record.sure == "certain" and _read(record) and urlsplit(record.target).path in ("", "/"):
            host = site_key(portal.url).partition("/")[0]
            keys = {"url": record.target.rstrip("/"), "former": [*portal.former, host], "status": "live"}
        else:
            keys = {"status": "moved", "note": note}
    elif record.state == State.HIJACKED and sure:
        keys = {"status": "hijacked", "note": note}
    elif record.state in _ENDED and sure:
        keys = {"status": "gone", "note": note}
    elif record.state == State.NO_NAME and record.previous == State.NO_NAME:
        keys = {"status": "gone", "note": note}  # twice: a name may be lost for a night
    elif record.state == State.CERTIFICATE and (mode := _TLS.get(record.certificate.partition(": ")[2])):
        keys = {"tls": mode}
    said = portal.model_dump()
    now = {"unverified": list(portal.unverified), "former": list(portal.former)}
    new = {key: value for key, value in keys.items() if now.get(key, said.get(key)) != value}
    return {} if new.keys() == {"note"} else new  # it was noted before


def _read(record: CheckRecord) -> bool:
    """Returns whether the place that a portal moved to was read, not only named."""
    last = record.answers[-1]["url"] if record.answers else ""
    return bool(record.target) and same_site(last, record.target or "")


def _seat(target: Target) -> dict[str, Any]:
    subject = target.subject
    return {"name": subject.name, "kind": subject.kind, "code": target.code}


def edited(text: str, table: str, url: str, keys: Mapping[str, Any], seat: Mapping[str, Any]) -> str:
    """Returns the TOML `text` with `keys` set in the portal at `url` of the district `table`, which is added
    where it is not there; `seat` is what a new district says of itself.
    """
    document = tomlkit.parse(text)
    held: Any = document.get(table, {}).get("portals", []) if isinstance(document.get(table), dict) else []
    for portal in held:
        if isinstance(portal.get("url"), str) and site_key(portal["url"]) == site_key(url):
            for key, value in keys.items():
                portal[key] = value
            return tomlkit.dumps(document)
    values = {"url": url, **keys}
    block = f"[[{table}.portals]]\n{lines(values)}"
    if table not in document:
        head = f"[{table}]\n{lines(seat)}\n" if seat else ""
        return (text.rstrip("\n") + "\n\n" if text.strip() else "") + head + block
    end = _end(text, table)
    return f"{text[:end].rstrip()}\n\n{block}\n{text[end:]}".rstrip("\n") + "\n"


def _end(text: str, table: str) -> int:
    """Returns where the last block of a district ends, before the comments of the next one."""
    headers = list(TABLE.finditer(text))
    last = max(n for n, found in enumerate(headers) if found[1] == table)
    end = headers[last + 1].start() if last + 1 < len(headers) else len(text)
    return comments_before(text, end)
