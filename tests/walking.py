"""Run as a process: runs a command of Scrapy or huyen and prints, as JSON, the project's functions it calls.

`python -m tests.walking scrapy crawl ID` or `python -m tests.walking huyen replay PATH`. Each call is
`path/of/file.py:Qualified.name`, in order, repetitions included. A replay reads in this process, not in a
pool, so that its reading is seen.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[1]
CALLS: list[str] = []
_PREFIXES = tuple(f"{ROOT / package}/" for package in ("crawler", "pipelines", "storage", "web"))


def _note(frame: FrameType, event: str, _: Any) -> None:
    code = frame.f_code
    if event == "call" and code.co_filename.startswith(_PREFIXES):
        CALLS.append(f"{code.co_filename.removeprefix(f'{ROOT}/')}:{code.co_qualname}")


@contextmanager
def _readers(jobs: int) -> Iterator[Any]:
    """Yields a pool of readers that reads at once, in this process."""
    from crawler.reread.readers import read_page
    from crawler.reread.spans import _work
    from storage.pool import Pool

    class Here(Pool[Any, Any]):
        def __init__(self) -> None:
            self.jobs = 1

        def submit(self, item: Any) -> Any:
            return _work(read_page, item)

        def result(self, task: Any) -> Any:
            return task

    yield Here()


def main(program: str, arguments: list[str]) -> None:
    if program == "scrapy":
        from scrapy.cmdline import execute

        from pipelines import persist

        persist.FLUSH_SECONDS = 600.0  # on a slow machine the timer would flush before there is an article
        sys.setprofile(_note)
        execute(["scrapy", *arguments])
        return
    from crawler import cli
    from crawler.reread import spans

    spans.readers = _readers  # type: ignore[assignment]
    sys.setprofile(_note)
    assert cli.main(arguments) == 0


if __name__ == "__main__":
    with suppress(SystemExit), redirect_stdout(sys.stderr):
        main(sys.argv[1], sys.argv[2:])
    sys.setprofile(None)
    print(json.dumps(CALLS))
