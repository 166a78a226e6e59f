"""What a replay of the Wayback Machine says: the capture as it was, or why it is none. Pure functions."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urljoin

from storage.warc.captures import Exchange
from storage.warc.provenance import ANSWER, VIA, WAYBACK

Headers = Sequence[tuple[bytes, bytes]]
TRANSIENT = (421, 500, 502, 503, 504, 599)  # what is asked for again, where the archive itself says it
_PREFIX = b"x-archive-orig-"
_LOCATION = re.compile(r"(?:https?://[^/]+)?/web/(\d{1,14})(?:[a-z]{2}_)?/(.*)", re.DOTALL)
_ORIGINAL = re.compile(r"<([^<>]+)>\s*;\s*rel=\"?original\"?", re.I)
_GZIP = b"\x1f\x8b"
# What describes the transfer from the archive, not the capture.
_OWN = (b"content-encoding", b"content-length", b"transfer-encoding")


@dataclass(frozen=True, slots=True)
class Refused:
    """Why an answer is not the capture that was asked for; `again`: it may be later."""

    reason: str
    again: bool = False


def address(base: str, stamp: str, url: str) -> str:
    """Returns where the capture of `url` at `stamp` (14 digits) is replayed unchanged, below `base`."""
    return f"{base.rstrip('/')}/{stamp}id_/{quote(url, safe=_SAFE)}"


_SAFE = "!#$%&'()*+,/:;=?@[]~"


def capture_of(
    status: int,
    headers: Headers,
    body: bytes,
    stamp: str,
    url: str,
    *,
    cut: bool = False,
    rewritten: bool = True,
) -> Exchange | Refused:
    """Returns the capture that an answer to `address` holds, or why it holds none.

    `rewritten`: the archive prefixes the portal's redirects with its own address.

    Only an answer with Memento-Datetime is the portal's: every other is the archive's own. A redirect without
    it leads to another capture, which may be months away; it is refused.
    """
    said = {name.lower(): value.decode("latin-1") for name, value in headers}
    moment = _moment(said.get(b"memento-datetime", ""))
    if moment is None:
        if 300 <= status < 400:
            return Refused("other_capture")
        if status in TRANSIENT:
            return Refused(f"http_{status}", again=True)
        if b"x-archive-wayback-runtime-error" in said:
            return Refused("not_played")
        return Refused("no_memento" if status == 200 else f"http_{status}")
    if moment.strftime("%Y%m%d%H%M%S") != stamp:
        return Refused("other_capture")
    if cut:
        return Refused("cut", again=True)
    if status == 200 and not body:
        return Refused("empty")  # a revisit whose original the archive does not have
    original = _ORIGINAL.search(said.get(b"link", ""))
    return Exchange(
        url=original[1] if original else url,
        status=status,
        headers=_restored(headers, url, body, rewritten=rewritten),
        body=body,
        fetched_at=moment,
    )


def notes(headers: Headers, status: int, body: bytes, digest: str, via: str = WAYBACK) -> dict[str, str]:
    """Returns what is kept beside a capture: whose it is, and the header with which it came, verbatim.

    `digest` is that of the archive's list: base32 of a SHA-1, or of the algorithm that it names before a
    colon.
    """
    head = "".join(f"{k.decode('latin-1')}: {v.decode('latin-1')}\r\n" for k, v in headers)
    name, _, told_digest = digest.rpartition(":")
    name = name or "sha1"
    told = {VIA: via, ANSWER: f"HTTP/1.1 {status}\r\n{head}"}
    if told_digest and name in ("sha1", "sha256"):
        own = base64.b32encode(hashlib.new(name, body, usedforsecurity=False).digest()).decode()
        same = own.rstrip("=") == told_digest.rstrip("=")
        told["huyen-archive-digest"] = f"{name}:{told_digest} {'verified' if same else 'differs'}"
    return {name: json.dumps(value) for name, value in told.items()}


def _restored(headers: Headers, url: str, body: bytes, *, rewritten: bool) -> list[tuple[bytes, bytes]]:
    """Returns the portal's own headers as far as the archive hands them out.

    Whether the body is compressed is seen on its bytes: archives have kept the header of one that they
    unpacked, and lost that of one that is packed.
    """
    plain: Mapping[bytes, bytes] = {name.lower(): value for name, value in headers}
    kept = [(n[len(_PREFIX) :], v) for n, v in headers if n.lower().startswith(_PREFIX)]
    names = {name.lower() for name, _ in kept}
    if b"content-type" in plain and b"content-type" not in names:
        kept.insert(0, (b"content-type", plain[b"content-type"]))
    found: list[tuple[bytes, bytes]] = []
    for name, value in kept:
        if name.lower() == b"location":
            continue
        hidden = name.lower() in _OWN
        found.append(((b"X-Archive-Orig-" if hidden else b"") + _title(name), value))
    if body.startswith(_GZIP):
        found.append((b"Content-Encoding", b"gzip"))
    if target := dict(kept).get(b"location") or plain.get(b"location"):
        location = target.decode("latin-1")
        own = unwrapped(location, url) if rewritten else str(urljoin(url, location))
        found.append((b"Location", own.encode("latin-1", "replace")))
    if source := plain.get(b"x-archive-src"):
        found.append((b"X-Archive-Src", source))
    return found


def unwrapped(location: str, url: str) -> str:
    """Returns where the portal redirected to: archives prefix that with their own address."""
    found = _LOCATION.fullmatch(location)
    return str(urljoin(url, found[2] if found else location))


def _title(name: bytes) -> bytes:
    return b"-".join(part.capitalize() for part in name.split(b"-"))


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
