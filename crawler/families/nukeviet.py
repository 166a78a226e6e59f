"""NukeViet 3 and 4 (tanchau.tayninh, binhluc.hanamtv, vqh.hanoi): its news module's own templates.

Article: /vi/news/{category}/{alias}-{id}.html, of old /index.php?language=vi&nv=news&op={category}/{alias}-
{id}. Listing: /vi/news/{category}/page-{n}/. The module may have another name; print and savefile are copies.
"""

from __future__ import annotations

import re
from typing import ClassVar

from crawler.families.base import Family, has_class
from pipelines.items import Hints

_DETAIL = ".//*[@id='news-bodyhtml']/ancestor::*[contains(@class, 'news_column')][1]"
# Further modules of the system, whose pages have addresses of the same shape.
_MODULES = (
    "about|banners|comment|contact|download|faq|feeds|freecontent|laws|menu|organs?|page|photos|seek"
    "|siteterms|statistics|users|videoclips|videos|voting"
)


class NukeViet(Family):
    """The hidden spans of schema.org repeat the printed date with its seconds; the printed one is read."""

    article = re.compile(
        r"^(?!.*(?:/|op=)(?:print|savefile|sendmail|tag|topic|groups|search|rss)(?:/|%2F|$))"
        r"(?:(?:/index\.php)?(?:/[a-z]{2})?"
        rf"/(?!(?:{_MODULES}|[a-z]{{2}})/)[^/?]+/(?:[^/?]+/)?(?!page-\d)[^/?]+-\d+(?:\.html|/)?$"
        rf"|.*[?&]nv=(?!(?:{_MODULES})\b)[^&]+&op=(?:[^&/]+(?:/|%2F))?(?!page-\d)[^&/]+-\d+(?:/|%2F|&|$))",
        re.I,
    )
    hints: ClassVar[Hints] = Hints(
        article=(_DETAIL,),
        title=(_DETAIL + "//h1",),
        lead=(has_class("hometext"),),
        body=(".//*[@id='news-bodyhtml']", has_class("bodytext")),
        author=(
            _DETAIL + "//p[contains(@class, 'text-right')][starts-with(normalize-space(), 'Tác giả')]",
            _DETAIL + "//p[contains(@class, 'text-right')][starts-with(normalize-space(), 'Nguồn tin')]",
        ),
        date=(
            _DETAIL + "//span[contains(concat(' ', normalize-space(@class), ' '), ' h5 ')]",
            _DETAIL + "//*[@itemprop='datePublished']",
        ),
        prune=(
            has_class("related", "ul"),
            has_class("other-news"),
            ".//*[@id='idcomment' or @id='stringrating']",
        ),
    )
