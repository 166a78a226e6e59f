"""The batch form of `huyen read` and `huyen date`: one line of JSON answers each; no line ends the batch."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from crawler.errors import OutOfTime, ReadError
from crawler.reread.onepage import Answer
from storage.language.messages import message

if TYPE_CHECKING:
    from types import FrameType

MAX_LINE = 64 * 2**20  # bytes of a line of JSON: a page of MAX_PAGE whose every second character is escaped
PAGE_SECONDS = 60.0  # a 90 KB page takes milliseconds; whatever takes so long would take for ever


def answers(source: IO[bytes], answer: Callable[[Answer], Answer]) -> Iterator[Answer]:
    """Yields the answer to each line of JSON in `source`, in order; {"error": …} where it fails."""
    while line := source.readline(MAX_LINE + 1):
        try:
            case = _case(line, source)
            with time_limit(PAGE_SECONDS):
                result = answer(case)
        except ReadError as error:
            result = {"error": str(error)}
        except OutOfTime:
            result = {"error": message("took longer than {seconds:.0f} seconds", seconds=PAGE_SECONDS)}
        except Exception as error:  # one page must never cost the others their answer
            result = {"error": message("could not be read: {why}", why=f"{type(error).__name__}: {error}")}
        yield result


def _case(line: bytes, source: IO[bytes]) -> Answer:
    """Returns the object that a line holds. What is left of a line that is too long is read away."""
    if len(line) > MAX_LINE:
        while line and not line.endswith(b"\n"):
            line = source.readline(2**20)
        raise ReadError(message("the line is longer than {most} MiB", most=MAX_LINE // 2**20))
    try:
        case = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ReadError(message("the line is not JSON: {error}", error=error)) from None
    if not isinstance(case, dict):
        raise ReadError(message("the line is not a JSON object"))
    return case


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raises OutOfTime in its block after `seconds` of wall time; main thread only, like every signal."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
