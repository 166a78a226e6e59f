"""SharePoint publishing portals of Hà Nam (lynhan, binhluc): /Pages/{slug}.aspx, one page an article, no id.

The skip links and the rich-text field are SharePoint 2013's own markup; the district template's class names
have not been seen. Its pages print no date, and dates in its lists may leak in US order.
"""

import re
from typing import ClassVar

from crawler.families.base import Family
from pipelines.items import Hints


class HaNam(Family):
    """Service pages of SharePoint live in the same folder; their names are few and known."""

    article = re.compile(
        r"/(?:Pages|Trang)/(?!(?:default|home|trang-?chu|lien-?he|so-?do|tim-?kiem|search|results"
        r"|login)\b)[^/?]+\.aspx(?:$|\?)",
        re.I,
    )
    hints: ClassVar[Hints] = Hints(
        prune=(
            ".//*[contains(@class, 's4-notdlg') or contains(@class, 'noindex')]",
            ".//*[@id='s4-ribbonrow' or @id='suiteBar' or @id='s4-titlerow']",
        ),
    )
