"""Scrapy's settings, in the order in which a page flows; beside every departure from a default its reason."""

import sys
from typing import Any

import scrapy.core.downloader.contextfactory  # noqa: F401  first: at import it searches all loaded modules

from crawler.config import load
from crawler.errors import ConfigError
from crawler.loading import leave_quickly

leave_quickly()
try:
    _config = load()
except ConfigError as error:  # `scrapy crawl` would print a traceback
    print(f"scrapy: {error}", file=sys.stderr)
    raise SystemExit(2) from None

BOT_NAME = "huyen"

# Where things stand (crawler.config); Scrapy's own commands read them too.
HUYEN_DATA = str(_config.data)
HUYEN_WARC = str(_config.warc)
HUYEN_DATABASE_URL = _config.database_url
HUYEN_KEEP = ",".join(_config.kept)
HUYEN_REGISTRY = _config.layers

# --- Spiders -------------------------------------------------------------------------------------------
SPIDER_LOADER_CLASS = "crawler.spiders.loader.DistrictLoader"  # every district of the registry is a spider
SPIDER_MODULES: list[str] = []  # no spider is a class of its own

# --- The process ---------------------------------------------------------------------------------------
REMOTE_CONTROL_ENABLED = False  # it runs any code that reaches its port on loopback; not loaded either
TELNETCONSOLE_ENABLED = False  # the same, by hand
MEMUSAGE_LIMIT_MB = _config.portal_mb  # HUYEN_PORTAL_MB: a leak of one portal must not take the night down
MEMUSAGE_CHECK_INTERVAL_SECONDS = 10.0  # by default a minute, in which a leak takes the machine
CLOSESPIDER_TIMEOUT = 60 * _config.portal_minutes  # seconds; HUYEN_PORTAL_MINUTES
STOP_GRACE_SECONDS = 10.0  # what is under way at a signal may take so long; cron and systemd kill after 90
# The components that Scrapy has by default are named here, in *_BASE, beside ours: what is merely set to None
# is imported all the same: of 8 pages' crawl, 4.2 s of CPU, that took 0.8 s and 12 MB.
EXTENSIONS_BASE: dict[str, int] = {
    # Left out: RemoteControl and TelnetConsole, for security (they run any code that reaches their port),
    # FeedExporter (`huyen export` exports from the archive), SpiderState (the database is the memory between
    # runs), MemoryDebugger, LogStats (the monitor counts), AutoThrottle (crawler.fetch.politeness: per
    # portal, beside robots.txt).
    "crawler.run.watchdog.Watchdog": 0,
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "crawler.fetch.robots.RobotsExtension": 100,
    "crawler.run.monitor.Monitor": 500,
    "crawler.run.overdue.Unlisted": 600,
}

# --- Discover and schedule -----------------------------------------------------------------------------
# By canonical URL; Scrapy's own way of sorting parameters costs 60 us a request.
REQUEST_FINGERPRINTER_CLASS = "crawler.fetch.retries.Fingerprinter"
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {
    # Left out: HttpError (the spider names the outcome of every status, 404 and 304 among them), Referer (we
    # do not tell where a link stood), UrlLength (crawler.discover.urls.trap bounds it, and counts), Depth
    # (the spider bounds what it follows), MetaCopyDetection (looks for a mistake of ours).
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
    "crawler.run.frontier.FrontierMiddleware": 500,  # notes what a page led to before any of it is asked
}

# --- Politeness ----------------------------------------------------------------------------------------
USER_AGENT = _config.user_agent  # with HUYEN_CONTACT, for the webmaster who wants to ask
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "huyen"
ROBOTSTXT_PARSER = "crawler.fetch.robots.RobotsParser"  # the default one, and it hands out the sitemaps
DOWNLOAD_DELAY = 1.0  # seconds; small servers. A portal's `delay` and robots.txt override it
DOWNLOAD_DELAY_JITTER = 0.0  # by default 50 % of the requests come sooner than promised
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # small servers
COOKIES_ENABLED = False  # ours are in crawler.fetch.cookies: for one chain of redirects, or one portal
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi",  # bilingual portals answer in English to the default
}

# --- Fetch ---------------------------------------------------------------------------------------------
DOWNLOAD_TIMEOUT = 60  # seconds; what does not come in a minute does not come
DOWNLOAD_MAXSIZE = 32 * 2**20  # bytes, as received and decoded; the largest PDF seen has 20 MB
DOWNLOAD_WARNSIZE = 0  # the bound is enough
DOWNLOAD_FAIL_ON_DATALOSS = (
    False  # a page that is whole is read, whatever its length should be; others retried
)
DOWNLOAD_VERIFY_CERTIFICATES = True  # a portal with a broken one is an explicit exception, never the rule
DOWNLOAD_HANDLERS_BASE: dict[str, str] = {  # no data:, file:, ftp:, s3: no page may lead there
    "http": "crawler.fetch.handler.TolerantHandler",  # reads what old ASP.NET hosts send for headers
    "https": "crawler.fetch.handler.TolerantHandler",
}
DNS_TIMEOUT = 20  # seconds; the default of 60 times 3 tries a request holds a night up
TLS_BY_HOST: dict[str, str] = {}  # set by the spider from its portals' `tls`
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # an outcome of the run, counted there
REDIRECT_MAX_TIMES = 5  # http to https to www to a new path is four; beyond is a loop
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {
    # Left out: Offsite (safety does it, redirects included), HttpAuth (no portal has a log-in), MetaRefresh,
    # Cookies, HttpCompression and HttpCache (the archive decodes and knows what it has).
    "crawler.fetch.robots.RobotsMiddleware": 100,  # obeyed also by the requests that waited for robots.txt
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "crawler.fetch.politeness.IntroductionMiddleware": 490,  # above the user agent (500) and the proxy (750)
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "crawler.fetch.retries.PatientRetries": 550,
    "crawler.fetch.retries.BoundedRedirects": 600,
    "crawler.fetch.cookies.CookiesMiddleware": 700,  # below redirects, which hand on what it has heard
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    # Below the proxy, whose choice it must know.
    "crawler.fetch.safety.SafetyMiddleware": 760,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
    # Below all that refuses: they count and hold what would go out.
    "crawler.fetch.stopping.StoppingMiddleware": 920,
    "crawler.fetch.politeness.BudgetMiddleware": 930,
    # Below retries, so that each try of a hanging host counts.
    "crawler.fetch.silence.SilenceMiddleware": 940,
    # Keep raw: closest to the downloader, so that nothing reads a page which is not kept. It decodes, too.
    "crawler.fetch.archiving.ArchivingMiddleware": 950,
}

# --- Extract, date, normalise, deduplicate, persist ----------------------------------------------------
ITEM_PIPELINES = {
    "pipelines.extract.ExtractPipeline": 200,
    "pipelines.dates.DatesPipeline": 300,
    "pipelines.normalise.NormalisePipeline": 400,
    "pipelines.mentions.MentionsPipeline": 450,
    "pipelines.dedup.DedupPipeline": 500,
    "pipelines.persist.PersistPipeline": 600,
}
# Items per response worked on at a time. Scrapy starts this many tasks for each response, by default 100 and
# 1 ms a page; our stages never wait, so one does.
CONCURRENT_ITEMS = 1
WARN_ON_GENERATOR_RETURN_VALUE = False  # it looks for a mistake in callbacks that mypy finds

# --- Tell ----------------------------------------------------------------------------------------------
LOG_LEVEL = "INFO"  # the default prints every request and item
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
LOG_VERSIONS: list[Any] = []
