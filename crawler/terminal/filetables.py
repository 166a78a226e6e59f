"""Files as people read them: in tables, and one with all that is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawler.terminal.tables import table

_META = (
    "status", "pages", "doc_code", "doc_type", "doc_date", "doc_issuer", "doc_subject", "doc_signer",
    "annex_of",
)  # fmt: skip


def listed(found: Sequence[Mapping[str, Any]]) -> str:
    """Returns files as a table."""
    if not found:
        return "no such files"
    rows = (
        (
            one["id"], f"{one['status']}" + (f" ({one['reason']})" if one["reason"] else ""),
            one["type"] or "", size(one["size"]), one["version"], one["district_id"], one["title"],
            one["url"],
        )
        for one in found
    )  # fmt: skip
    return table(("id", "status", "type", "size", "version", "district", "title", "url"), rows)


def hosts(found: Sequence[Mapping[str, Any]]) -> str:
    """Returns hosts that belong to no portal as a table."""
    if not found:
        return "no files on hosts of others"
    return table(
        ("host", "files", "linked from"), ((one["host"], one["files"], one["portal"]) for one in found)
    )


def one(told: Mapping[str, Any]) -> Iterator[str]:
    """Yields the lines that say all of one file."""
    reason = f" ({told['reason']})" if told["reason"] else ""
    yield f"{told['id']}  {told['kind']}  {told['status']}{reason}"
    yield f"  {told['url']}"
    looked, due = told["looked_at"] or "never", told["next_at"] or "never"
    yield f"  first seen {told['first_seen_at']}, looked at {looked}, next {due}"
    for version in told["versions"]:
        yield (
            f"  version {version['number']}: {version['type']}, {size(version['size'])},"
            f" {version['fetched_at']}, {version['name']}"
        )
        yield f"    sha256 {version['sha256']}"
        yield f"    {version['warc_file']} offset {version['warc_offset']}"
        said = [f"{name} {version[name]}" for name in _META if version[name] is not None]
        yield f"    {', '.join(said) or 'not read yet'}"
    for article in told["articles"]:
        yield f"  {article['role']} of {article['id']} {article['url']}: {article['title']}"


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
        return "its articles link to no files"
    headings = ("kind", "files", "kept", "size of these", "mean", "estimate for all")
    rows = (
        (one["kind"], one["files"], one["kept"], size(one["bytes"]), size(one["mean_bytes"]),
         size(one["estimated_bytes"]) or "unknown")
        for one in found
    )  # fmt: skip
    return table(headings, rows)
