"""Whose capture a record is: our own crawl's, another archive's, or that of a file brought in."""

from __future__ import annotations

import re

CRAWL, WAYBACK, COMMONCRAWL = "crawl", "wayback", "commoncrawl"
# Fields of our metadata records, their values in JSON: whose capture the record beside it is, the header
# with which the archive handed it out, and which holding (storage.holdings) it is: source and key.
VIA, ANSWER, HOLDING = "huyen-captured-via", "huyen-archive-header", "huyen-holding"
_REPLAY = re.compile(r"/web/[0-9]{14}(?:[a-z]{2}_)?/")
_CRAWL_DATA = re.compile(r"/crawl-data/CC-")


def via_of(source_uri: str) -> str:
    """Returns whose capture a record with this WARC-Source-URI is; `crawl` where it has none."""
    if not source_uri:
        return CRAWL
    return WAYBACK if _REPLAY.search(source_uri) else COMMONCRAWL if _CRAWL_DATA.search(source_uri) else CRAWL


def rank(via: str) -> int:
    """Returns how strong the evidence of a capture is, 0 the strongest: our own record; a record that another
    crawler wrote, in Common Crawl or a file; a replay, whose headers an archive has rewritten.
    """
    return {CRAWL: 0, WAYBACK: 2}.get(via, 1)
