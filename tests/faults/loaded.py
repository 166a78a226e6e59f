"""What a crawl loads, for the process that the crawls of these tests are forked from (crawls.Place)."""

import os
import sys

os.environ["SCRAPY_SETTINGS_MODULE"] = "crawler.settings"

from scrapy.utils.project import get_project_settings

from crawler.night.forkserver import _import

_import(get_project_settings())
del sys.modules["crawler.settings"]  # it is the configuration of this process; each crawl has its own
