"""NukeViet 3 and 4 (tanchau.tayninh, binhluc.hanamtv, vqh.hanoi): its news module's own templates.

Article: /vi/news/{category}/{alias}-{id}.html, of old /index.php?language=vi&nv=news&op={category}/{alias}-
{id}. Listing: /vi/news/{category}/page-{n}/. The module may have another name; print and savefile are copies.
"""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.families.base import Family, has_class
from pipelines.items import Hints

_DETAIL = ".//*[@id='news-bodyhtml']/ancestor::*[contains(@class, 'news_column')][1]"
_OLD = ".//*[@id='news_detail']"  # NukeViet 3
_MODERN = (
    ".//*[@id='bodytext'][contains(@class, 'details-content')]/ancestor::*[.//h1][1]"  # its theme "modern"
)
# Further modules of the system, whose pages have addresses of the same shape.
_MODULES = (
    "about|banners|comment|contact|download|faq|feeds|freecontent|laws|menu|organs?|page|photos|seek"
    "|siteterms|statistics|users|videoclips|videos|voting"
)


_NUMBERED = re.compile(r"(?:[^/?-]+-){3,}\d+")
_EXTENSION = re.compile(r"\.html?$")


class NukeViet(Family):
    """The hidden spans of schema.org repeat the printed date with its seconds; the printed one is read."""

    article = re.compile(
        r"^(?!.*(?:/|op=)(?:print|savefile|sendmail|tag|topic|groups|search|rss)(?:/|%2F|$))"
        r"(?:(?:/index\.php)?(?:/[a-z]{2})?"
        rf"/(?!(?:{_MODULES}|[a-z]{{2}})/)[^/?]+/(?:[^/?]+/)?(?!page-\d)[^/?]+-\d+(?:\.html|/)?$"
        rf"|.*[?&]nv=(?!(?:{_MODULES})\b)[^&]+&op=(?:[^&/]+(?:/|%2F))?(?!page-\d)[^&/]+-\d+(?:/|%2F|&|$))",
        re.I,
    )

    def identity(self, url: str) -> str | None:
        """An article has an address in each of its categories: /vi/news/{category}/{alias}-{id}.html."""
        parts = urlsplit(url)
        told = dict(parse_qsl(parts.query))
        path = told.get("op") or parts.path
        language = told.get("language") or (parts.path.strip("/").split("/")[0] if "op" not in told else "")
        last = _EXTENSION.sub("", unquote(path).rstrip("/")).rpartition("/")[2].lower()
        if parts.query and "op" not in told:
            return None
        return f"{language if len(language) == 2 else ''} {last}" if _NUMBERED.fullmatch(last) else None

    feeds = ("/rss/",)  # of all categories; multilingual sites announce theirs, /vi/news/rss/
    sitemaps = ("/sitemap.xml", "/sitemap-vi.xml", "/sitemap-vi.news.xml")
    hints: ClassVar[Hints] = Hints(
        article=(_DETAIL, _OLD, _MODERN),
        title=(_DETAIL + "//h1", _OLD + "//h1", _MODERN + has_class("title")[1:] + "//h1"),
        lead=(has_class("hometext"), ".//*[@id='hometext']"),
        body=(".//*[@id='news-bodyhtml']", ".//*[@id='bodytext']", has_class("bodytext")),
        author=(
            _DETAIL + "//p[contains(@class, 'text-right')][starts-with(normalize-space(), 'Tác giả')]",
            _DETAIL + "//p[contains(@class, 'text-right')][starts-with(normalize-space(), 'Nguồn tin')]",
            ".//*[contains(@class, 'aright') and contains(@class, 'source')]",
        ),
        date=(
            _DETAIL + "//span[contains(concat(' ', normalize-space(@class), ' '), ' h5 ')]",
            _DETAIL + has_class("time", "em")[1:],  # on phones
            _DETAIL + "//*[@itemprop='datePublished']",
            _OLD + has_class("time", "span")[1:],
            _MODERN + has_class("title")[1:] + has_class("small", "span")[1:],
        ),
        prune=(
            has_class("related", "ul"),
            has_class("other-news"),
            has_class("others"),
            has_class("rating"),
            ".//*[@id='idcomment' or @id='stringrating']",
        ),
    )
