"""A site that nobody described: home page, feeds, sitemaps; then the text decides what is an article."""

import re
from urllib.parse import unquote, urlsplit

from crawler.discover.links import Link
from crawler.families.base import Family

# What a sitemap holds that names itself so: pages that stand still, listings, people, files.
_OTHER = re.compile(
    r"posts-page|(?:^|/|-)pages?-sitemap|taxonom|categor|tags?-sitemap|users|author|attachment", re.I
)


_NUMBERED = re.compile(
    r"(?:[a-z]{0,3}(\d{4,})-(?:[^\W_]+-){2,}[^\W_]+|(?:[^\W_]+-){3,}(\d{5,}|[a-z]{1,5}\d{3,}))"
)
_EXTENSION = re.compile(r"\.(?:html?|aspx?|php|vnp)$")


class Generic(Family):
    """Nothing is known; addresses are judged by their shape and place, pages by structure and text."""

    sitemaps = ("/sitemap.xml",)

    def identity(self, url: str) -> str | None:
        """A long number, which counts articles and not decisions or months, beside three words or more."""
        parts = urlsplit(url)
        last = _EXTENSION.sub("", unquote(parts.path).rstrip("/")).rpartition("/")[2].lower()
        found = _NUMBERED.fullmatch(last)
        number = (found[1] or found[2]) if found and not parts.query else ""
        if not number or (len(number) == 4 and number[:2] in ("19", "20")):
            return None
        language = parts.path.strip("/").split("/")[0]
        return f"{language if len(language) == 2 else ''} {last}"

    def announces(self, link: Link, sitemap: str) -> bool:
        return not _OTHER.search(sitemap) and super().announces(link, sitemap)
