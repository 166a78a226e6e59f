"""Content management systems, one module each; the registry names them by module."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from crawler.families.base import Family
from pipelines.items import Hints

if TYPE_CHECKING:
    from crawler.registry.entries import Portal
    from crawler.registry.load import Registry


@cache
def family(name: str) -> Family:
    """Returns the family of module `name`. LookupError where there is none; the registry checks names
    itself.
    """
    try:
        module = importlib.import_module(f"crawler.families.{name}")
    except ModuleNotFoundError as error:
        raise LookupError(f"no family {name!r}") from error
    found = [
        c for c in vars(module).values() if isinstance(c, type) and issubclass(c, Family) and c is not Family
    ]
    return found[0]()


@cache
def family_of(name: str, article: str | None) -> Family:
    """Returns the family of module `name`; regular expression `article`, searched in path and query of an
    address, tells articles from all else in the place of the family's own rules.
    """
    known = family(name)
    if article is None:
        return known
    own = {"article": re.compile(article), "links": Family.links, "announces": Family.announces}
    described: Family = type(type(known).__name__, (type(known),), own)()
    return described


def hints_of(portal: Portal, code: str) -> Hints:
    """Returns the family's hints with the portal's own selectors before them; `code` is its district's."""
    hints = family(portal.family).hints
    own = {name: tuple(xpaths) for name, xpaths in portal.select if xpaths}
    selectors: dict[str, Any] = {name: own[name] + getattr(hints, name) for name in own}
    return replace(hints, **selectors, district_code=code)


def hints_for(url: str, registry: Registry) -> Hints:
    """Returns the hints for a page of one of the registry's portals; empty for any other address."""
    found = registry.at(url)
    return hints_of(found[1], found[0].code) if found else Hints()
