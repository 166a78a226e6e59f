"""Which family built a site: the marks that each system leaves in markup, headers and addresses, as data.

The marks come from the systems' own templates and from pages seen; a mark weighs more the less another
system could leave it by chance.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

CERTAIN, LIKELY = 4, 3  # sums of weights; below LIKELY it is a guess
_MATCHES = 3  # links of a shape, at least, and half of all article links, before it says something
_SHARE = 0.5


class Mark(NamedTuple):
    """`pattern` is searched (case aside) in the generator, each "name: value" header, the markup or the
    addresses of article links; `says` is its name for the operator."""

    family: str
    weight: int
    where: Literal["generator", "header", "markup", "address", "host"]
    pattern: str
    says: str


MARKS = tuple(
    Mark(*mark)
    for mark in (
        (
            "vnpt",
            4,
            "markup",
            r"UIArticleInMenu|ArticleDetailControl|UIListNews_Default",
            "modules of VNPT Portal",
        ),
        ("vnpt", 2, "markup", r"/DesktopModule/UI\w+/", "paths of VNPT Portal"),
        ("vnpt", 1, "markup", r"storage-vnportal\.vnpt|quantritintuc\d*/", "picture store of VNPT Portal"),
        ("wordpress", 4, "generator", r"^WordPress", "generator WordPress"),
        ("wordpress", 3, "markup", r"/wp-(?:content|includes)/", "paths of WordPress"),
        ("wordpress", 2, "markup", r"https://api\.w\.org/", "REST link of WordPress"),
        ("hanam", 2, "generator", r"^Microsoft SharePoint", "generator SharePoint"),
        (
            "hanam",
            3,
            "header",
            r"^(?:microsoftsharepointteamservices|sprequestguid):",
            "header of SharePoint",
        ),
        (
            "hanam",
            3,
            "markup",
            r"s4-(?:ribbonrow|notdlg|bodyContainer)|_spPageContextInfo",
            "SharePoint ribbon",
        ),
        ("hanam", 1, "address", r"/(?:Pages|Trang)/[^/?]+\.aspx", "addresses /Pages/….aspx"),
        ("ninhbinh", 2, "address", r"^/[^/?]+-\d{1,6}\.html$", "addresses /{slug}-{id}.html at the root"),
        ("ninhbinh", 1, "host", r"\.ninhbinh\.gov\.vn$", "a host of Ninh Bình"),
        ("portalread", 4, "address", r"/portal/read/", "addresses /portal/read/…"),
        (
            "vhv",
            4,
            "markup",
            r"news-detail-layout-type-\d|Article-Detail-[A-Za-z]+|news-listType\d",
            "VHV layouts",
        ),
        ("vhv", 1, "markup", r"/upload/\d{4,}/\d{8}/", "upload paths of VHV"),
        ("liferay", 4, "header", r"^liferay-portal:", "header Liferay-Portal"),
        (
            "liferay",
            3,
            "markup",
            r"Liferay\.(?:Browser|ThemeDisplay|AUI|Portlet)|var Liferay\s*=",
            "Liferay's script",
        ),
        (
            "liferay",
            2,
            "markup",
            r"portlet-boundary|taglib-page-iterator|journal-content-article",
            "its portlets",
        ),
        ("liferay", 2, "address", r"/-/(?:view_content|asset_publisher)/", "addresses /-/view_content/…"),
        ("nukeviet", 4, "generator", r"^NukeViet", "generator NukeViet"),
        (
            "nukeviet",
            3,
            "markup",
            r"news-bodyhtml|nv_(?:base_siteurl|name_variable|lang_data)",
            "NukeViet's script",
        ),
        ("nukeviet", 1, "markup", r"block_tophits|news_column panel", "NukeViet's classes"),
        (
            "nukeviet",
            2,
            "address",
            r"^(?:/\w\w)?/news/[^/]+/[^/]+-\d+\.html$|[?&]nv=\w+&op=",
            "NukeViet's addresses",
        ),
        ("joomla", 4, "generator", r"^Joomla", "generator Joomla"),
        (
            "joomla",
            2,
            "markup",
            r"/media/(?:jui|system)/js/|/components/com_\w+|option=com_",
            "paths of Joomla",
        ),
        ("joomla", 2, "markup", r"""class=["'][^"']*\b(?:item-page|com_content)\b""", "Joomla's classes"),
        ("drupal", 4, "generator", r"^Drupal", "generator Drupal"),
        ("drupal", 4, "header", r"^x-generator: Drupal", "header X-Generator"),
        (
            "drupal",
            3,
            "markup",
            r"Drupal\.settings|data-drupal-selector|drupal-settings-json",
            "Drupal's script",
        ),
        ("drupal", 2, "markup", r"/sites/(?:default|all)/(?:files|modules|themes)/", "paths of Drupal"),
        ("drupal", 1, "address", r"^/node/\d+", "addresses /node/{id}"),
        ("hexo", 4, "generator", r"^Hexo", "generator Hexo"),
        ("hexo", 2, "markup", r"article-type-post|hexo\.io", "Hexo's classes"),
        ("hexo", 1, "address", r"^/\d{4}/\d{2}/\d{2}/[^/]+/$", "addresses /{yyyy}/{mm}/{dd}/{slug}/"),
        ("joomla", 1, "address", r"option=com_content|/index\.php/(?:[^/]+/)*\d+-", "Joomla's addresses"),
    )
)
_GENERATOR = re.compile(r"""<meta\b(?=[^>]*\bname=["']?generator)[^>]*\bcontent=["']([^"']{1,120})""", re.I)


@dataclass(frozen=True, slots=True)
class Guess:
    """`sure` is certain, likely, guess or none (then the family is generic); `marks` are the reasons."""

    family: str
    sure: Literal["certain", "likely", "guess", "none"]
    marks: tuple[str, ...] = ()


def generator(markup: str) -> str:
    """Returns what a page's generator element names, "" where it has none."""
    match = _GENERATOR.search(markup)
    return match[1] if match else ""


def recognise(
    host: str, markups: Iterable[str], headers: Mapping[str, str], addresses: Iterable[str]
) -> Guess:
    """Returns the family that most marks speak for. `addresses`: path and query of the article links
    found.
    """
    pages, paths = list(markups), list(addresses)
    texts: dict[str, list[str]] = {
        "generator": [generator(page) for page in pages],
        "header": [f"{name.lower()}: {value}" for name, value in headers.items()],
        "markup": pages,
        "host": [host],
    }
    weights: dict[str, int] = defaultdict(int)
    reasons: dict[str, list[str]] = defaultdict(list)
    for mark in MARKS:
        pattern = re.compile(mark.pattern, re.I)
        found = [text for text in texts.get(mark.where, paths) if pattern.search(text)]
        if mark.where == "address" and len(found) < max(_MATCHES, _SHARE * len(paths)):
            continue
        if found:
            weights[mark.family] += mark.weight
            reasons[mark.family].append(mark.says)
    if not weights:
        return Guess("generic", "none")
    best = max(weights, key=lambda name: weights[name])
    weight = weights[best]
    sure: Literal["certain", "likely", "guess"] = (
        "certain" if weight >= CERTAIN else "likely" if weight >= LIKELY else "guess"
    )
    return Guess(best, sure, tuple(reasons[best]))
