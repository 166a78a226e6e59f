"""Makes every district of the registry a spider (SPIDER_LOADER_CLASS): `scrapy crawl nghe-an.do-luong`.

The registry is read when a spider is first asked for, because only then does Scrapy's command line turn a
UsageError into one line and exit status 2.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from scrapy.exceptions import UsageError

from crawler import config
from crawler.errors import ConfigError, RegistryError
from crawler.loading import loading
from crawler.registry.load import Registry, load
from storage.filing.words import FILES

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.settings import BaseSettings


class NoSuchSpider(UsageError, KeyError):
    """No spider can be made for that name; a KeyError because Scrapy's protocol of loaders asks for one."""

    __str__ = Exception.__str__  # a KeyError would print its message in quotes


class DistrictLoader:
    """Scrapy's SpiderLoaderProtocol over the registry that the configuration names."""

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Returns the loader; `settings` are not needed, the registry comes from HUYEN_REGISTRY."""
        return cls()

    @cached_property
    def _registry(self) -> Registry:
        try:
            return load(config.load().registry)
        except (ConfigError, RegistryError) as error:
            raise NoSuchSpider(str(error)) from None

    def list(self) -> list[str]:
        """Returns the ids of the districts whose entries are whole. UsageError where none is."""
        registry = self._registry
        if not registry.districts and registry.errors:
            raise NoSuchSpider(str(registry.errors[0]))
        return [district.id for district in registry.districts]

    def load(self, spider_name: str) -> type[Spider]:
        """Returns a subclass of PortalSpider with `name` and `district`; a short id will do. `files` is the
        spider of files, with the `registry`. Raises NoSuchSpider.
        """
        if spider_name == FILES:
            with loading():
                from crawler.spiders.files import FileSpider
            return type("Files", (FileSpider,), {"registry": self._registry})
        try:
            district = self._registry.resolve(spider_name)
        except RegistryError as error:
            raise NoSuchSpider(str(error)) from None
        with loading():
            from crawler.spiders.portal import PortalSpider
        return type("DistrictSpider", (PortalSpider,), {"name": district.id, "district": district})

    def find_by_request(self, request: Request) -> list[str]:  # type: ignore[valid-type]  # `list` is the method above
        """Returns the district that the request's host belongs to, if any."""
        found = self._registry.at(request.url)
        return [found[0].id] if found else []
