"""What a date line costs here, beside dateparser on the same lines in the same run.

Usage: python benchmarks/dates.py [FILE.jsonl]
FILE has JSON lines with `text` and `fetched_at`; without it: fixtures/dates/lines.jsonl. Prints a JSON line:
microseconds a line of each (median of the rounds), and ours divided by dateparser's.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from pipelines.dating.line import read_line

ROUNDS = 5
Case = tuple[str, datetime]


def cases(path: Path) -> list[Case]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line)
    return [(row["text"], datetime.fromisoformat(row["fetched_at"])) for row in rows]


def one_pass(read: Callable[[str, datetime], object], lines: list[Case]) -> float:
    """Microseconds of this process's CPU a line, so that what else runs on the machine does not count."""
    start = time.process_time()
    for text, fetched_at in lines:
        read(text, fetched_at)
    return (time.process_time() - start) / len(lines) * 1e6


def main() -> None:
    import dateparser

    warnings.simplefilter("ignore")
    default = Path(__file__).parents[1] / "fixtures/dates/lines.jsonl"
    lines = cases(Path(sys.argv[1]) if len(sys.argv) > 1 else default)

    def theirs(text: str, fetched_at: datetime) -> object:
        try:
            return dateparser.parse(
                text, languages=["vi"], settings={"RELATIVE_BASE": fetched_at.replace(tzinfo=None)}
            )
        except (OverflowError, ValueError):  # it raises on "01/01/0001"
            return None

    one_pass(read_line, lines), one_pass(theirs, lines)  # warms up imports and caches
    passes = [(one_pass(read_line, lines), one_pass(theirs, lines)) for _ in range(ROUNDS)]
    ours, other = (round(statistics.median(column)) for column in zip(*passes, strict=True))
    ratio = statistics.median(ours / other for ours, other in passes)
    print(
        json.dumps({"lines": len(lines), "ours_us": ours, "dateparser_us": other, "ratio": round(ratio, 3)})
    )


if __name__ == "__main__":
    main()
