"""What proving an archive and reading it again cost, and how far more processes help.

Usage: python benchmarks/evidence.py [--pages N] [--files F] [--rounds R] [--json]
       python benchmarks/evidence.py --records N [--files F] [--rounds R] [--json]
A loopback portal of N articles, 80 KB each, is crawled; its captures are spread over F files of an archive.
In turn run `huyen verify` and `huyen replay` into an empty archive, each with one reading process and with
two, and `warcio check` on the same files. CPU seconds are what the kernel says of the command's own process
("keeps", which nothing divides) and of its readers ("reads"). `bound` is how often faster any number of cores
could make it: all CPU time over that of the own process. `speed-up` is the ratio of times on the clock, so it
means something on an idle machine only. Of the rounds the one with the least CPU time counts.

With --records an archive of N captures is written, not crawled, and only `huyen verify` and `warcio check`
take turns. Printed are medians over the rounds, with start-up and without; the same commands on one capture
show what start-up is.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from benchmarks.crawl import DISTRICT, REGISTRY, portal  # noqa: E402  below the path of the project

_COMMAND = """
import json, resource, sys
from crawler.cli import main
status = main(sys.argv[1:])
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps([one.ru_utime + one.ru_stime for one in used]), file=sys.stderr)
sys.exit(status)
"""


class Cost(NamedTuple):
    """CPU seconds of the own process and of those that it began; seconds on the clock."""

    keeps: float
    reads: float
    clock: float

    @property
    def cpu(self) -> float:
        return self.keeps + self.reads


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--records", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        if asked.records:
            proven = verified(data, asked.records, asked.files, asked.rounds)
            print(json.dumps(proven, indent=2) if asked.json else "\n".join(proof(proven)))
            return
        with portal(asked.pages) as origin:
            (data / "nghe-an.toml").write_text(REGISTRY.format(origin=origin), encoding="utf-8")
            huyen(data, "crawl", DISTRICT)
        records = spread(data, asked.files)
        figures = measured(data, asked.rounds, records, asked.pages)
    print(json.dumps(figures, indent=2) if asked.json else "\n".join(lines(figures)))


def huyen(data: Path, *arguments: str) -> Cost:
    """Runs a command on the archive in `data`; SystemExit with its last words where it fails."""
    environment = {**os.environ, "HUYEN_DATA": str(data), "HUYEN_REGISTRY": str(data / "nghe-an.toml")}
    environment |= {"PYTHONPATH": str(ROOT), "no_proxy": "127.0.0.1"}
    command, begun = [sys.executable, "-c", _COMMAND, *arguments], time.monotonic()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"huyen {arguments[0]}: {done.stderr[-2000:]}")
    own, begun_by_it = json.loads(done.stderr.splitlines()[-1])
    return Cost(own, begun_by_it, time.monotonic() - begun)


def spread(data: Path, files: int) -> int:
    """Writes the captures of the crawl into so many files of a second archive; how many they are."""
    from storage.articles.batch import Batch
    from storage.articles.queries import keep
    from storage.database import open_database
    from storage.records import CaptureRecord
    from storage.warc.writer import WarcWriter, iter_captures

    captures = [one for path in sorted((data / "warc").iterdir()) for one in iter_captures(path)]
    share, again = -(-len(captures) // files), data / "spread"
    again.mkdir()
    (again / "nghe-an.toml").write_bytes((data / "nghe-an.toml").read_bytes())
    database = open_database(f"sqlite:///{again / 'archive.db'}")
    for number in range(files):
        kept = []
        with WarcWriter(again / "warc", f"{DISTRICT}.{number:03}", {}) as warc:
            for one in captures[number * share : (number + 1) * share]:
                ref = warc.write(one.exchange)
                kept.append(CaptureRecord(one.exchange.url, one.exchange.fetched_at, ref))
        keep(database, Batch(captures=kept))
    database.close()
    return len(captures)


def measured(data: Path, rounds: int, records: int, pages: int) -> dict[str, dict[str, float]]:
    """The least cost of each command, and what follows from it."""
    costs: dict[str, list[Cost]] = {}
    for _ in range(rounds):
        for jobs in ("1", "2"):
            costs.setdefault(f"verify {jobs}", []).append(huyen(data / "spread", "verify", "--jobs", jobs))
            with tempfile.TemporaryDirectory(dir=data) as empty:
                (Path(empty) / "nghe-an.toml").write_bytes((data / "nghe-an.toml").read_bytes())
                (Path(empty) / "warc").symlink_to(data / "warc")
                cost = huyen(Path(empty), "replay", "--jobs", jobs, f"{empty}/warc")
            costs.setdefault(f"replay {jobs}", []).append(cost)
        costs.setdefault("warcio check", []).append(warcio(data / "spread" / "warc"))
    found: dict[str, dict[str, float]] = {}
    for name, tried in costs.items():
        cost, number = min(tried, key=lambda one: one.cpu), pages if "replay" in name else records
        found[name] = {**cost._asdict(), "per_cpu_second": number / cost.cpu}
        if name[-1].isdigit():
            found[name]["bound"] = cost.cpu / cost.keeps
    for name in ("verify", "replay"):
        found[f"{name} 2"]["speed-up"] = found[f"{name} 1"]["clock"] / found[f"{name} 2"]["clock"]
    return found


def verified(data: Path, records: int, files: int, rounds: int) -> dict[str, float]:
    """Medians over the rounds, CPU seconds of all processes of a command, and medians of the ratios."""
    from benchmarks.evidence_archive import fill

    commands = {
        "verify": lambda data: huyen(data, "verify", "--jobs", "1"),
        "warcio check": lambda data: warcio(data / "warc"),
    }
    archives = {"all": records, "one": 1}
    for name, number in archives.items():
        (data / name).mkdir()
        (data / name / "nghe-an.toml").write_text(REGISTRY.format(origin="http://portal.test"), "utf-8")
        fill(data / name, number, min(files, number))
    costs: dict[tuple[str, str], list[float]] = {}
    for _ in range(rounds):
        for command, run in commands.items():
            for name in archives:
                costs.setdefault((command, name), []).append(run(data / name).cpu)
    found: dict[str, float] = {"records": records}
    for command in commands:
        for name, word in (("all", command), ("one", f"{command}, start-up")):
            found[word] = statistics.median(costs[command, name])
    rounds_of = zip(*(costs[one, name] for one in commands for name in archives), strict=True)
    ratios = [(theirs / ours, (theirs - b) / (ours - a)) for ours, a, theirs, b in rounds_of]
    found["ratio"] = statistics.median(ratio for ratio, _ in ratios)
    found["ratio without start-up"] = statistics.median(ratio for _, ratio in ratios)
    return found


def warcio(folder: Path) -> Cost:
    """What the reference implementation takes to check the files in `folder`."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    files = sorted(str(path) for path in folder.iterdir())
    subprocess.run([sys.executable, "-m", "warcio.cli", "check", *files], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, 0.0, time.monotonic() - begun)


def lines(figures: dict[str, dict[str, float]]) -> list[str]:
    """A line a command; then the ratio to warcio."""
    shown = [
        f"{name:<13}" + "  ".join(f"{what} {value:.2f}" for what, value in one.items())
        for name, one in figures.items()
    ]
    ratio = figures["verify 1"]["per_cpu_second"] / figures["warcio check"]["per_cpu_second"]
    return [*shown, f"ratio: verify checks {ratio:.2f} records in the CPU time of one of warcio check"]


def proof(found: dict[str, float]) -> list[str]:
    """A line a command; then how often `verify` does what `warcio check` does in the same CPU time."""
    return [
        f"{found['records']:.0f} records; CPU seconds, of them start-up",
        *(
            f"{one:<13}{found[one]:.2f}  {found[f'{one}, start-up']:.2f}"
            for one in ("verify", "warcio check")
        ),
        (
            f"ratio: verify checks {found['ratio']:.2f} records in the CPU time of one of warcio check,"
            f" {found['ratio without start-up']:.2f} without start-up"
        ),
    ]


if __name__ == "__main__":
    main()
