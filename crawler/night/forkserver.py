"""The process that crawls are forked from: `python -m crawler.night.forkserver [--many]`.

Loading Scrapy and the readers costs 1.5 s of CPU, more than a night's crawl of a portal. Here it is done
once; a fork shares it, and is a process of its own all the same: its crash, hang or leak is its own.

Standard input has an order a line, as JSON: `{"key", "district", "log", "arguments", "settings", "data_mb"}`
starts the crawl of a district, `{"key", "signal"}` sends its process a signal. Standard output answers with
`{"key", "pid"}`, and at its end `{"key", "status", "cpu", "peak_mb"}`: the status as subprocess gives it,
CPU seconds, the peak of resident MB. When input ends, the crawls are told to end (SIGTERM).
"""

from __future__ import annotations

import importlib
import json
import os
import re
import resource
import select
import signal
import sys
from pathlib import Path
from typing import Any

from crawler.loading import loading

MANY = "--many"  # the argument of a process that is to start many crawls
# What a crawl loads beside the classes that its settings name.
_NEEDED = (
    "crawler.night.logs",
    "crawler.reread.resettle",
    "crawler.spiders.files",
    "crawler.spiders.portal",
    "encodings.idna",  # of the first request
    "pipelines.chain",
    "scrapy.core.downloader.handlers.http11",
    "twisted.internet.asyncioreactor",
)
_SQLITE = ("sqlalchemy.dialects.sqlite.pysqlite",)
_POSTGRESQL = ("psycopg", "sqlalchemy.dialects.postgresql.psycopg")
_MB = 2**20
_CLASS = re.compile(r"(?:scrapy|crawler|pipelines|w3lib|queuelib)(?:\.\w+)+\.[A-Z]\w+")


def main() -> int:
    """Forks a worker for each order until standard input ends; returns 0."""
    with loading():  # a collection in a fork would write to, and so copy, what is shared
        from scrapy.utils.project import get_project_settings

        from crawler.spiders.loader import DistrictLoader

        settings = get_project_settings()
        loader = DistrictLoader.from_settings(settings)
        loader.list()  # reads the registry
        _import(settings)
        if MANY in sys.argv:
            _prepare(settings)
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda signum, frame: None)
    signal.set_wakeup_fd(wake)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # it ends with its input, and its crawls before it
    keys: dict[int, int] = {}  # pid: key
    rest = b""
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _reap(keys)
        if 0 not in ready:
            continue
        read = os.read(0, 65536)
        if not read:
            break
        *lines, rest = (rest + read).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if "signal" in order:
                for pid in [pid for pid, key in keys.items() if key == order["key"]]:
                    os.kill(pid, order["signal"])
            elif pid := os.fork():
                keys[pid] = order["key"]
                _tell(key=order["key"], pid=pid)
            else:
                _crawl_and_exit(order, settings, loader)
    if sys.platform != "linux":  # there the kernel does so (_end_with_parent), and a second signal cuts short
        for pid in keys:
            os.kill(pid, signal.SIGTERM)
    return 0


def _import(settings: Any) -> None:
    """Loads what a crawl will need: the modules of all components that the settings name, and _NEEDED."""
    from scrapy.settings import BaseSettings

    named = [value for value in settings.values() if isinstance(value, str)]
    for value in settings.values():
        if isinstance(value, BaseSettings):
            named += [part for pair in value.items() for part in pair if isinstance(part, str)]
    modules = {name.rpartition(".")[0] for name in named if _CLASS.fullmatch(name)}
    driver = _SQLITE if settings["HUYEN_DATABASE_URL"].startswith("sqlite:") else _POSTGRESQL
    for module in sorted({*modules, *_NEEDED, *driver}):
        importlib.import_module(module)
    if "twisted.internet.reactor" in sys.modules:
        raise RuntimeError("a module that the settings name installs the reactor; each crawl needs its own")


def _prepare(settings: Any) -> None:
    """Loads and compiles what crawls do not need at once, and what pays where many share it."""
    from crawler.families import family
    from crawler.registry.entries import families
    from pipelines.naming import communes
    from storage.articles.warming import warm_up

    for name in families():
        family(name)
    communes.prepare()
    if settings["HUYEN_DATABASE_URL"].startswith("sqlite:"):
        warm_up()


def _tell(**news: object) -> None:
    os.write(1, json.dumps(news).encode() + b"\n")


def _reap(keys: dict[int, int]) -> None:
    while keys:
        pid, status, used = os.wait4(-1, os.WNOHANG)
        if not pid:
            return
        cpu = round(used.ru_utime + used.ru_stime, 3)
        peak = used.ru_maxrss // (1024 if sys.platform == "linux" else _MB)
        _tell(key=keys.pop(pid), status=os.waitstatus_to_exitcode(status), cpu=cpu, peak_mb=peak)


def _crawl_and_exit(order: dict[str, Any], settings: Any, loader: Any) -> None:
    """Crawls in the fork, then leaves without the interpreter's clean-up, which would copy shared memory."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)  # until Scrapy sets its own
        out = os.open(Path(order["log"]).with_suffix(".err"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        null = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((null, 0), (out, 1), (out, 2)):
            os.dup2(source, target)
        _end_with_parent()
        if order["data_mb"]:
            bound = order["data_mb"] * _MB
            resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))
        status = _crawl(order, settings, loader)
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _crawl(order: dict[str, Any], settings: Any, loader: Any) -> int:
    """Returns what `scrapy crawl` does, with a log of JSON lines; its exit status."""
    import logging

    from scrapy.crawler import AsyncCrawlerProcess

    from crawler.night import logs
    from pipelines.context import context_of

    settings.setdict(order["settings"], priority="cmdline")
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(loader.load(order["district"]))
    logs.install(Path(order["log"]), order["district"], context_of(crawler).run_ids, settings["LOG_LEVEL"])
    process.crawl(crawler, **order["arguments"])
    process.start()
    logging.shutdown()
    return int(process.bootstrap_failed)


def _end_with_parent() -> None:
    """Has Linux send SIGTERM to this process when its parent is gone: no crawl goes on unwatched."""
    if sys.platform == "linux":
        import ctypes

        pr_set_pdeathsig = 1  # prctl(2)
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
