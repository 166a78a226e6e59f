"""What one entry of the registry may say: `District`, `Portal`, `Select`, frozen and strict.

All that a portal's crawl needs to know stands here as data; crawler.registry.load reads it from TOML.
"""

from __future__ import annotations

import ipaddress
import pkgutil
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict

from crawler.verdict.judge import DEFAULTS
from storage.language.messages import message
from storage.records import DistrictRecord, PortalRecord

_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")  # one part of a host name (RFC 1123), other scripts allowed


@cache
def families() -> tuple[str, ...]:
    """Returns the names of the families: the modules beside crawler/families/base.py, found without importing
    any.
    """
    folder = str(Path(__file__).parents[1] / "families")
    names = (module.name for module in pkgutil.iter_modules([folder]))
    return tuple(sorted(name for name in names if name != "base" and not name.startswith("_")))


def site_key(url: str) -> str:
    """Returns `url` as two spellings of one site compare: host without www and with its port, then path and
    query.

    The scheme does not count: http and https of one host are one site. ValueError where `url` has no host.
    """
    parts = urlsplit(url)
    host = _host(parts.hostname or "").removeprefix("www.")
    port = parts.port if parts.port not in (None, 80, 443) else None
    path = parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
    return (f"{host}:{port}" if port else host) + path


def _host(host: str) -> str:
    """Returns `host` in lower case, checked: a name of whole labels, or an IP address."""
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        labels = host.lower().rstrip(".").split(".")
        if not all(_LABEL.fullmatch(part) for part in labels) or labels[-1].isdecimal():
            raise ValueError(message('"{host}" is not a host name', host=host)) from None
        return ".".join(labels)


def _url(value: str) -> str:
    parts = urlsplit(value)  # raises ValueError itself on a broken IPv6 address
    if parts.scheme not in ("http", "https") or not parts.netloc or value.split() != [value]:
        raise ValueError(message("must be an address such as https://doluong.nghean.gov.vn"))
    host = _host(parts.hostname or "")
    if parts.port == 0:  # parts.port raises ValueError itself out of 0-65535
        raise ValueError(message("port 0 cannot be reached"))
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(message("must be the address of the portal alone, without user, query or fragment"))
    netloc = parts.netloc.lower() if host.isascii() else parts.netloc  # they know no capitals; a path does
    return f"{parts.scheme}://{netloc}{parts.path}"


def _link(value: str) -> str:
    if value.startswith(("http://", "https://")):
        _host(urlsplit(value).hostname or "")
    elif not value.startswith(("/", "?")) or value.startswith("//"):
        raise ValueError(message("must be a path that begins with / (or a whole http address)"))
    return value


def _companion(value: str) -> str:
    parts = urlsplit(f"//{value}")
    if parts.netloc != value or parts.username is not None:
        raise ValueError(message("must be a host such as datafiles.nghean.gov.vn, without scheme and path"))
    host = _host(parts.hostname or "")
    return f"{host}:{parts.port}" if parts.port else host


def _one_or_more(value: object) -> object:
    if isinstance(value, str):
        if value not in ("listed", "domain"):
            raise ValueError(message('must be "listed", "domain" or a list of hosts'))
        return (value,)
    return value


def _family(value: str) -> str:
    if value not in families():
        raise ValueError(message("unknown family; allowed: {known}", known=", ".join(families())))
    return value


def _proxy(value: str) -> str:
    parts = urlsplit(value)
    plain = parts.scheme == "http" and parts.port and parts.path in ("", "/")
    if not plain or parts.username is not None or parts.query or parts.fragment:
        raise ValueError(
            message("must be an address such as http://proxy.example.vn:3128, without user and password")
        )
    _host(parts.hostname or "")
    return value


def _code(value: str) -> str:
    if not re.fullmatch("[0-9]{3}", value):
        raise ValueError(message('must be three digits in quotes, such as "427"'))
    return value


def _some(value: tuple[Portal, ...]) -> tuple[Portal, ...]:
    if not value:  # min_length would blame it too where every portal has a fault of its own
        raise ValueError(message("must hold at least one portal"))
    return value


def _expectations(value: dict[str, float]) -> dict[str, float]:
    if unknown := sorted(value.keys() - DEFAULTS):
        raise ValueError(
            message(
                "unknown key {key}; allowed: {known}",
                key=unknown[0],
                known=", ".join(sorted(DEFAULTS)),
            )
        )
    return value


def _xpath(value: str) -> str:
    from lxml import etree  # only a registry with overrides pays for it

    try:
        etree.XPath(value)
    except etree.XPathError as error:
        raise ValueError(message("is not an XPath: {error}", error=error)) from None
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(message("is not a regular expression: {error}", error=error)) from None
    return value


XPaths = tuple[Annotated[str, AfterValidator(_xpath)], ...]
Links = tuple[Annotated[str, AfterValidator(_link)], ...]
Hosts = tuple[Annotated[str, AfterValidator(_companion)], ...]
# Further hosts of files alone; with "listed" among them, no others than these and those of pages
FileHosts = Annotated[Hosts, BeforeValidator(_one_or_more)]
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Number = Annotated[float, Strict(), Field(ge=0, allow_inf_nan=False)]  # Strict: true is not 1
Delay = Annotated[Number, Field(le=3600)]
# Whose portal it is: the district committee's, or another body's of the district.
Body = Literal["committee", "party", "council", "media", "other"]
# unseen: nobody has looked; only a crawl that names the district goes there. Moved and later: no crawl does.
Status = Literal["unseen", "live", "frozen", "moved", "gone", "hijacked"]
_FROZEN = ConfigDict(frozen=True, extra="forbid")


class Select(BaseModel):
    """XPaths that stand before those of the family, field by field as in pipelines.items.Hints."""

    model_config = _FROZEN

    article: XPaths = ()
    title: XPaths = ()
    lead: XPaths = ()
    body: XPaths = ()
    author: XPaths = ()
    date: XPaths = ()
    category: XPaths = ()
    prune: XPaths = ()


class Portal(BaseModel):
    """One web site of a district, as the registry has it."""

    model_config = _FROZEN

    url: Annotated[str, AfterValidator(_url)]
    family: Annotated[str, AfterValidator(_family)]
    kind: Body = "committee"  # whose portal it is; media: the district's radio, television or newspaper
    sections: Links = ()  # listing pages to walk
    feeds: Links = ()
    sitemaps: Links = ()
    article: Annotated[str, AfterValidator(_pattern)] | None = None  # told from others by its address
    companions: Hosts = ()  # further hosts that belong to it, such as its file store
    former: Hosts = ()  # hosts that the same portal had before
    delay: Delay = 1.0  # seconds between two requests to the host: a small server answers one at a time
    requests_a_night: Annotated[int, Strict(), Field(ge=1)] | None = None  # robots.txt and retries included
    megabytes_a_night: Annotated[Number, Field(gt=0)] | None = None  # 10^6 bytes, as received
    keep: tuple[Literal["attachments", "images", "requisites"], ...] | None = None  # None: as HUYEN_KEEP
    file_mb: Annotated[Number, Field(gt=0, le=512)] = (
        64.0  # 2^20 bytes of a document; a picture has 8 at most
    )
    files_a_night: Annotated[int, Strict(), Field(ge=0)] = 1000
    files_mb_a_night: Annotated[Number, Field(ge=0)] = 2000.0  # 10^6 bytes, as received
    file_hosts: FileHosts = ("domain",)  # crawler.fetch.filehosts
    proxy: Annotated[str, AfterValidator(_proxy)] | None = None  # where the portal answers only some networks
    cookies: Annotated[bool, Strict()] = False  # keep what the portal sets for the whole of a run
    tls: Literal["verify", "allow-expired", "allow-incomplete-chain", "legacy"] = (
        "verify"  # crawler.fetch.tls
    )
    contact: Text | None = None  # for this portal's webmaster, in the place of HUYEN_CONTACT
    until: Annotated[date, Strict()] | None = None  # last day on which the portal was alive
    status: Status = "live"
    select: Select = Select()
    expect: Annotated[dict[str, Number], AfterValidator(_expectations)] = Field(default_factory=dict)
    note: str | None = None
    source: Text | None = None  # where the portal was seen, for the one who checks the entry
    year: Annotated[int, Strict(), Field(ge=1997, le=2100)] | None = None  # of the newest dated evidence
    unverified: tuple[Text, ...] = ()  # keys, or sentences, that nobody could check on the site itself

    @property
    def crawlable(self) -> bool:
        """Whether something of the district's own may still be fetched; hijacked: the site is another's."""
        return self.status in ("unseen", "live", "frozen")


class District(BaseModel):
    """One former district and its portals. `id` is `<province_id>.<table>`, also the name of its spider."""

    model_config = _FROZEN

    id: str
    name: Text
    kind: Literal["huyện", "quận", "thị xã", "thành phố"]
    code: Annotated[str, AfterValidator(_code)]  # General Statistics Office
    province: Text  # the written name
    province_id: str
    portals: Annotated[tuple[Portal, ...], AfterValidator(_some)]

    def seen(self) -> District | None:
        """Returns this district without its `unseen` portals; None where no other is left."""
        return self._with(tuple(portal for portal in self.portals if portal.status != "unseen"))

    def having(self, status: str) -> District | None:
        """Returns this district with its portals of that status; None where there is none."""
        return self._with(tuple(portal for portal in self.portals if portal.status == status))

    def _with(self, portals: tuple[Portal, ...]) -> District | None:
        return self.model_copy(update={"portals": portals}) if portals else None

    def record(self) -> DistrictRecord:
        """Returns what the archive keeps of it."""
        portals = tuple(PortalRecord(one.url, one.family, one.until) for one in self.portals)
        return DistrictRecord(self.id, self.name, self.kind, self.code, self.province, portals)
