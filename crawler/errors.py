"""The exceptions of the crawler: who raises them -> who handles them.

Refused          commands, crawler.locks.alone, crawler.report -> crawler.cli, exit status 2
ConfigError      crawler.config -> crawler.cli and crawler.settings, exit status 2
RegistryError    crawler.registry -> crawler.cli, exit status 2
UnknownDistrict  crawler.registry.load -> crawler.cli, exit status 2; some commands try another meaning first
ReadError        crawler.reread -> `huyen read` and `huyen date`, {"error": ...} and exit status 1
BadInput         crawler.reread -> crawler.cli, exit status 2; in a batch as ReadError
OutOfTime        crawler.reread.lines.time_limit -> crawler.reread.lines, crawler.reread.readers
Interrupted      crawler.rescue.pace -> crawler.rescue.rescue, which keeps what came and ends
ArchiveAway      crawler.rescue -> crawler.rescue.rescue, the verdict of the portal at hand
TooLarge         crawler.rescue.asking -> crawler.rescue.fetching, which counts the capture as not to be had
Unfetched        crawler.probe.network -> crawler.probe.survey, `huyen districts probe`

Two more derive from classes of Scrapy and stand beside their users, because this module loads nothing:
crawler.fetch.safety.RequestRefused (the fetch middlewares -> crawler.fetch.outcomes, which counts it) and
crawler.spiders.loader.NoSuchSpider (-> Scrapy's own commands). storage.errors has those of the archive.
Before a crawl of many districts begins, `huyen crawl` also sends an alert for each of these.
"""


class Refused(Exception):
    """What the user asked for cannot be done, and nothing was started; the text is for the user."""


class ConfigError(Refused, ValueError):
    """The configuration cannot be used; the text names where the fault is and what to do."""


class RegistryError(Refused):
    """The registry cannot be used as asked; the text names file, table and key, and what is allowed."""


class UnknownDistrict(RegistryError):
    """No district, or more than one, goes by the name that was asked for; the text names candidates."""


class ReadError(Exception):
    """A page or line could not be fetched or read; the text is one line for the user."""


class BadInput(ReadError, Refused):
    """Wrong use of a reading command: a file that is not there, a time that is none. Nothing was read."""


class OutOfTime(BaseException):
    """A page took too long to read. Not an Exception, so that no `except Exception` keeps the page going."""


class Unfetched(Exception):
    """A page did not come; `reason` is a word of the outcomes (dns, timeout, tls, robots, budget …)."""

    def __init__(self, url: str, reason: str, detail: str = "") -> None:
        super().__init__(f"{url}: {reason}")
        self.url, self.reason, self.detail = url, reason, detail


class Interrupted(Exception):
    """A signal asks this process to end while it waits for its turn at an archive."""


class ArchiveAway(Exception):
    """An archive is not to be asked any more.

    `word` is the verdict: banned, refused, excluded, unreachable.
    """

    def __init__(self, word: str, sentence: str) -> None:
        super().__init__(sentence)
        self.word = word


class TooLarge(Exception):
    """A capture has more bytes than may be fetched at once; the next one is asked for."""
