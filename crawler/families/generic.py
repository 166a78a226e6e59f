"""A site that nobody described: home page, feeds, sitemaps; then the text decides what is an article."""

from crawler.families.base import Family


class Generic(Family):
    """Nothing is known; addresses are judged by their shape, pages by structure and text."""

    sitemaps = ("/sitemap.xml",)
