"""Files that articles link to and that nobody hands out any more: which those are, and where to ask."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.fetch.filehosts import kinds_of, may_ask
from crawler.registry.entries import Portal
from crawler.rescue.cdx import Scope
from crawler.rescue.sites import scopes_of, under
from storage.database import Database
from storage.filing.addresses import host_key
from storage.filing.queries import lost


def missing(db: Database, portal: Portal, usual: Iterable[str]) -> dict[str, str]:
    """Returns the files of `portal` to ask archives for: id to URL.

    Of a portal that is still crawled those that its servers no longer have, of another all that are not kept;
    `usual` as HUYEN_KEEP. Files on hosts that the portal has nothing to do with are left out.
    """
    found = lost(db, portal.url, kinds_of(portal, usual), every=not portal.crawlable)
    scopes = scopes_of(portal)

    def asked(url: str) -> bool:
        return any(under(scope, url) for scope in scopes) or may_ask(portal, host_key(url))

    return {key: url for key, url in found.items() if asked(url)}


def elsewhere(portal: Portal, urls: Iterable[str]) -> list[Scope]:
    """Returns what is asked for by its own address: those of `urls` that no list of the portal has."""
    scopes, found = scopes_of(portal), list[Scope]()
    for url in urls:
        if not any(under(scope, url) for scope in scopes):
            parts = urlsplit(url)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            found.append(Scope(host_key(url), target, exact=True))
    return found
