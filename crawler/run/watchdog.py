"""Extension: a crawl whose event loop stands still ends itself, and its log says where it stood."""

from __future__ import annotations

import faulthandler
import sys
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.utils.asyncio import create_looping_call

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

HANG_SECONDS = 900.0  # a page is read within a second, the database waited for one minute; a hang lasts
_BEAT_SECONDS = 15.0


class Watchdog:
    """Winds faulthandler's timer up at every beat of the event loop (`HANG_SECONDS` overrides the bound).

    The timer is a thread of C: it comes through where Python code cannot, prints the stack to standard error
    and ends the process with status 1.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._loop: Any = create_looping_call(self._beat)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Watches from the engine's start to its stop."""
        watchdog = cls(crawler.settings.getfloat("HANG_SECONDS", HANG_SECONDS))
        crawler.signals.connect(watchdog._start, signals.engine_started)
        crawler.signals.connect(watchdog._stop, signals.engine_stopped)
        watchdog._beat()  # what other extensions and the spider do first is watched, too
        return watchdog

    def _start(self) -> None:
        self._loop.start(min(_BEAT_SECONDS, self._seconds / 4), now=True)

    def _stop(self) -> None:
        if self._loop.running:
            self._loop.stop()
        faulthandler.cancel_dump_traceback_later()

    def _beat(self) -> None:
        faulthandler.dump_traceback_later(self._seconds, exit=True, file=sys.__stderr__ or sys.stderr)
