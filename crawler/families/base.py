"""The contract of a family: how the portals of one content management system are built.

A family is mostly constants: XPaths that tell the reader where things stand, the pattern of an article's
address, where feeds and sitemaps lie. What is not known stays empty; the reader then goes by structure and
text, and the spider by the shape of addresses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar

from lxml import html

from crawler.discover.links import Link, article_links, leads_to_article
from crawler.discover.paging import NextPage, next_page
from crawler.discover.places import Place
from pipelines.items import Hints


def has_class(name: str, tag: str = "*") -> str:
    """Returns the XPath, below the context node, of elements with class `name`."""
    # By way of the attributes, of which there are few; the first test is quick and fails nearly everywhere.
    whole = f"contains(concat(' ', normalize-space(.), ' '), ' {name} ')"
    return f".//{tag}/@class[contains(., '{name}')][{whole}]/.."


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing page at hand. `number` counts from 1; `state` came with the request (NextPage.state)."""

    tree: html.HtmlElement
    url: str
    number: int = 1
    state: dict[str, str] = field(default_factory=dict)
    category: str | None = None
    places: set[Place] = field(default_factory=set)  # where articles stood on its earlier pages


class Family:
    """What is known of a content management system; a subclass overrides what differs."""

    hints: ClassVar[Hints] = Hints()
    article: ClassVar[re.Pattern[str] | None] = None  # searched in path and query of an address
    feeds: ClassVar[tuple[str, ...]] = ()  # paths, tried where the portal names none
    sitemaps: ClassVar[tuple[str, ...]] = ()
    section_feeds: ClassVar[str] = (
        ""  # in the addresses of feeds that a section announces, and that tell more
    )

    def identity(self, url: str) -> str | None:
        """Returns what names the article at canonical `url` on its portal under any address: its number
        and its words; None where the address has none.
        """
        return None

    def announces(self, link: Link, sitemap: str) -> bool:
        """Returns whether a page that the sitemap at address `sitemap` names is taken for an article."""
        return leads_to_article(link.url, link.title, self.article)

    def links(self, listing: Listing) -> list[Link]:
        """Returns the articles that a listing page leads to, in its order."""
        return article_links(listing.tree, listing.url, self.article, listing.category, listing.places)

    def next_page(self, listing: Listing) -> NextPage | None:
        """Returns the request for the page after `listing`, None at its end."""
        return next_page(listing.tree, listing.url, listing.number, listing.state)
