"""What is asked of an archive for a portal: its host or path, the hosts it had before, its companions."""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.registry.entries import Portal, site_key
from crawler.rescue.cdx import Scope
from storage.filing.addresses import file_id
from storage.wacz.surt import surt as key_of


def scopes_of(portal: Portal) -> list[Scope]:
    """Returns what archives are asked to list for `portal`: each host once, its own first."""
    parts = urlsplit(portal.url)
    own = Scope(_host(parts.netloc), parts.path.rstrip("/"))
    others = (Scope(_host(host)) for host in (*portal.former, *portal.companions))
    return list(dict.fromkeys((own, *others)))


def surt(scope: Scope) -> str:
    """Returns the beginning of the SURT keys of what is under `scope`, as both archives write them."""
    return key_of(f"http://{scope.name}").removesuffix("/")


def under(scope: Scope, url: str) -> bool:
    """Returns whether the page at `url` is under `scope`."""
    if scope.exact:
        return file_id(url) == file_id(f"http://{scope.name}")
    try:
        key = site_key(url)
    except ValueError:
        return False
    name = site_key(f"//{scope.name}")
    return key == name or key.startswith((f"{name}/", f"{name}?"))


def _host(netloc: str) -> str:
    host = netloc.lower().rpartition("@")[2].removeprefix("www.")
    return host.removesuffix(":80").removesuffix(":443")
