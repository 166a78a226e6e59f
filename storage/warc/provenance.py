"""Whose capture a record is: our own crawl's, another archive's, or that of a file brought in."""

from __future__ import annotations

import re

CRAWL, WAYBACK, COMMONCRAWL, PYWB = "crawl", "wayback", "commoncrawl", "pywb"
# Fields of our metadata records, their values in JSON: whose capture the record beside it is, the header
# with which the archive handed it out, and which holding (storage.holdings) it is: source and key.
VIA, ANSWER, HOLDING = "huyen-captured-via", "huyen-archive-header", "huyen-holding"
_REPLAY = re.compile(r"/web/[0-9]{14}(?:[a-z]{2}_)?/")
_OTHER_REPLAY = re.compile(r"/[0-9]{14}[a-z]{2}_/https?:", re.I)
_CRAWL_DATA = re.compile(r"/crawl-data/CC-")


def via_of(source_uri: str) -> str:
    """Returns whose capture a record with this WARC-Source-URI is; `crawl` where it has none."""
    if not source_uri:
        return CRAWL
    kinds = ((WAYBACK, _REPLAY), (PYWB, _OTHER_REPLAY), (COMMONCRAWL, _CRAWL_DATA))
    return next((via for via, pattern in kinds if pattern.search(source_uri)), CRAWL)


def via_source(source: str) -> str:
    """Returns whose captures those of a source of holdings are: its name, or `pywb` for an address."""
    return PYWB if "://" in source else source


def rank(via: str) -> int:
    """Returns how strong the evidence of a capture is, 0 the strongest: our own record; a record that another
    crawler wrote, in Common Crawl or a file; a replay, whose headers an archive has rewritten.
    """
    return {CRAWL: 0, WAYBACK: 2, PYWB: 2}.get(via, 1)
