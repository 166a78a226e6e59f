"""A site that nobody described: home page, feeds, sitemaps; then the text decides what is an article."""

import re

from crawler.discover.links import Link
from crawler.families.base import Family

# What a sitemap holds that names itself so: pages that stand still, listings, people, files.
_OTHER = re.compile(
    r"posts-page|(?:^|/|-)pages?-sitemap|taxonom|categor|tags?-sitemap|users|author|attachment", re.I
)


class Generic(Family):
    """Nothing is known; addresses are judged by their shape and place, pages by structure and text."""

    sitemaps = ("/sitemap.xml",)

    def announces(self, link: Link, sitemap: str) -> bool:
        return not _OTHER.search(sitemap) and super().announces(link, sitemap)
