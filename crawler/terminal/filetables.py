"""Files as people read them: in tables, and one with all that is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawler.terminal.tables import table
from storage.language.codes import word
from storage.language.messages import gettext as _
from storage.language.messages import message, shown

_META = (
    "status", "pages", "doc_code", "doc_type", "doc_date", "doc_issuer", "doc_subject", "doc_signer",
    "annex_of",
)  # fmt: skip


def listed(found: Sequence[Mapping[str, Any]]) -> str:
    """Returns files as a table."""
    if not found:
        return _("no such files")
    rows = (
        (
            one["id"], shown(word("file", one["status"])) + _why(one["reason"]),
            one["type"] or "", shown(word("text", one["reading"])) if one["reading"] else "",
            size(one["size"]), one["version"], one["district_id"], one["title"], one["url"],
        )
        for one in found
    )  # fmt: skip
    return table(("id", "status", "type", "reading", "size", "version", "district", "title", "url"), rows)


def _why(reason: str | None) -> str:
    return f" ({shown(word('reason', reason))})" if reason else ""


def hosts(found: Sequence[Mapping[str, Any]]) -> str:
    """Returns hosts that belong to no portal as a table."""
    if not found:
        return _("no files on hosts of others")
    return table(
        ("host", "files", _("linked from")), ((one["host"], one["files"], one["portal"]) for one in found)
    )


def one(told: Mapping[str, Any]) -> Iterator[str]:
    """Yields the lines that say all of one file."""
    kind, status = shown(word("kind", told["kind"])), shown(word("file", told["status"]))
    yield f"{told['id']}  {kind}  {status}{_why(told['reason'])}"
    yield f"  {told['url']}"
    yield "  " + _(
        "first seen {first}, looked at {looked}, next {due}",
        first=told["first_seen_at"],
        looked=told["looked_at"] or message("never"),
        due=told["next_at"] or message("never"),
    )
    for version in told["versions"]:
        yield "  " + _(
            "version {number}: {type}, {size}, {fetched_at}, {name}",
            **{**version, "size": size(version["size"])},
        )
        yield f"    sha256 {version['sha256']}"
        yield "    " + _("{warc_file} offset {warc_offset}", **version)
        said = [f"{name} {version[name]}" for name in _META if version[name] is not None]
        yield f"    {', '.join(said) or _('not read yet')}"
    for article in told["articles"]:
        role = word("kind", article["role"])
        yield "  " + _("{role} of {id} {url}: {title}", **{**article, "role": role})
    for article in told["named_in"]:
        yield "  " + _("named in {id} {url}: {article}", **article)


def size(count: int | None) -> str:
    """Returns a number of bytes as a person reads it: 812 B, 14 kB, 1.2 MB."""
    if count is None:
        return ""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1e3:.0f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def estimates(found: Sequence[Mapping[str, Any]]) -> str:
    """Returns what keeping each kind of file takes as a table."""
    if not found:
        return _("its articles link to no files")
    headings = ("kind", "files", "kept", _("size of these"), "mean", _("estimate for all"))
    rows = (
        (word("kind", one["kind"]), one["files"], one["kept"], size(one["bytes"]), size(one["mean_bytes"]),
         size(one["estimated_bytes"]) or _("unknown"))
        for one in found
    )  # fmt: skip
    return table(headings, rows)
