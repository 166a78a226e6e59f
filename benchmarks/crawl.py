"""What archiving a portal costs: articles a CPU second, raw keeping included, beside two plain spiders.

Usage: python benchmarks/crawl.py [--articles N] [--small M] [--rounds R] [--profile] [--json]
Our crawl runs as a user runs it, `scrapy crawl DISTRICT`, on a loopback portal of N articles (big_portal.py),
and once more on one of M articles, which shows whether memory grows with the portal. Beside it run the two
spiders of plain_spiders.py: one that reads with trafilatura and commits item by item, one that only downloads
every address that our crawl fetched. All three: delay 0, one request at a time. Of each process the CPU time
(user and system) and peak memory are what the kernel says at its end; the portal's server is another process
and does not count. Start-up is in it; the marginal rate, between M and N articles, is without. Goals: 4 times
the first spider, 0.3 of the second, a peak under 300 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
DISTRICT = "nghe-an.do-luong"
REGISTRY = """[do-luong]
name = "Đô Lương"
kind = "huyện"
code = "427"
[[do-luong.portals]]
url = "{origin}"
family = "wordpress"
sections = ["/?cat=11", "/?cat=14"]
delay = 0
"""
LOSS = 0.02  # share of the articles; shuffled sentences make a few pages that a reader may refuse
TOP = 25  # rows of a profile
_PSTATS = "import pstats, sys; pstats.Stats(sys.argv[1]).sort_stats('tottime').print_stats({})"


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one crawl: articles in its archive, CPU seconds, peak memory in MB."""

    articles: int
    cpu: float
    peak: float

    @property
    def rate(self) -> float:
        """Articles a CPU second."""
        return self.articles / self.cpu


@contextmanager
def portal(articles: int) -> Iterator[str]:
    """The address of a portal of so many articles, served by another process while the context lasts."""
    command = [sys.executable, str(HERE / "big_portal.py"), str(articles)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin and server.stdout
        try:
            if not (origin := server.stdout.readline().strip()):
                raise SystemExit("the portal did not start; its own message stands above")
            yield origin
        finally:
            server.stdin.close()


def run(command: Sequence[str], folder: Path, **environment: str) -> tuple[float, float]:
    """Runs a process in `folder` to its end; CPU seconds and peak MB. Its output goes to `folder`/log.

    Raises SystemExit with the last lines of the log where it fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "log"
    # as installed, which compiles all modules
    others = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=others | environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
        # wait4 tells what this one child used; RUSAGE_CHILDREN would add up all of them
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        tail = "\n".join(log.read_text("utf-8", "replace").splitlines()[-5:])
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{tail}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / (1024 if sys.platform == "linux" else 1 << 20)


def ours(origin: str, folder: Path, profile: Path | None = None) -> Cost:
    """Our crawl of `origin` into an archive in `folder`; profiled into a file where one is named."""
    profiled = ["-m", "cProfile", "-o", str(profile)] if profile else []
    cpu, peak = night(origin, folder, *profiled, "-m", "scrapy", "crawl", DISTRICT)
    return Cost(count(folder / "archive.db", "articles"), cpu, peak)


def night(origin: str, folder: Path, *arguments: str) -> tuple[float, float]:
    """Runs Python with `arguments` where `origin` is the only portal and its archive is in `folder`; CPU
    seconds and peak MB.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nghe-an.toml").write_text(REGISTRY.format(origin=origin), encoding="utf-8")
    return run(
        [sys.executable, *arguments],
        folder,
        SCRAPY_SETTINGS_MODULE="crawler.settings",
        PYTHONPATH=str(ROOT),
        HUYEN_DATA=str(folder),
        HUYEN_DATABASE_URL="",
        HUYEN_REGISTRY=str(folder / "nghe-an.toml"),
        no_proxy="127.0.0.1",
    )


def archive(origin: str, folder: Path) -> Cost:
    """The plain spider that archives."""
    database = folder / "plain.db"
    command = [sys.executable, str(HERE / "plain_spiders.py"), "archive", origin, str(database)]
    cpu, peak = run(command, folder, no_proxy="127.0.0.1")
    return Cost(count(database, "article"), cpu, peak)


def download(crawled: Path, articles: int, folder: Path) -> Cost:
    """The plain spider that downloads what the crawl in `crawled` fetched, `articles` of it articles."""
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(crawled / "archive.db")) as database:
        urls = [url for (url,) in database.execute("SELECT url FROM captures WHERE status = 200")]
    listed = folder / "urls.txt"
    listed.write_text("\n".join(urls), encoding="utf-8")
    command = [sys.executable, str(HERE / "plain_spiders.py"), "download", str(listed)]
    return Cost(articles, *run(command, folder, no_proxy="127.0.0.1"))


def count(database: Path, table: str) -> int:
    """How many rows `table` has."""
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def typical(costs: Sequence[Cost]) -> Cost:
    """The cost in the middle, by CPU time; the lower one of two."""
    return sorted(costs, key=lambda cost: cost.cpu)[(len(costs) - 1) // 2]


def contest(articles: int, small: int, rounds: int, folder: Path) -> dict[str, Cost]:
    """The cost of each crawl, in the middle of `rounds` in which they take turns.

    SystemExit where one lost more than LOSS of the articles.
    """
    taken: dict[str, list[Cost]] = {"ours": [], "archive": [], "download": [], "small": []}
    with portal(articles) as big, portal(small) as little:
        for n in range(rounds):
            place = folder / str(n)
            taken["ours"].append(ours(big, place / "ours"))
            taken["archive"].append(archive(big, place / "archive"))
            taken["download"].append(download(place / "ours", articles, place / "download"))
            taken["small"].append(ours(little, place / "small"))
    found = {name: typical(costs) for name, costs in taken.items()}
    for name, cost in found.items():
        served = small if name == "small" else articles
        if served - cost.articles > max(1, LOSS * served):
            raise SystemExit(f"{name}: {cost.articles} articles archived; the figures would compare nothing")
    return found


def summary(found: dict[str, Cost]) -> dict[str, float]:
    """The ratios of our crawl to the others, what its peak grew by, and its marginal rate."""
    mine, small = found["ours"], found["small"]
    return {
        "to_archive": mine.rate / found["archive"].rate,
        "to_download": mine.rate / found["download"].rate,
        "peak_growth_mb": mine.peak - small.peak,
        "marginal_rate": (mine.articles - small.articles) / (mine.cpu - small.cpu),
    }


def main() -> None:
    """Prints the cost of each crawl and the ratios, or the profile of ours."""
    parser = argparse.ArgumentParser(description="Articles archived a CPU second, beside plain spiders.")
    parser.add_argument("--articles", type=int, default=1000, help="of the portal (default %(default)s)")
    parser.add_argument("--small", type=int, default=250, help="of the small portal (default %(default)s)")
    parser.add_argument("--rounds", type=int, default=1, help="turns of each crawl (default %(default)s)")
    parser.add_argument("--profile", action="store_true", help="profile our crawl instead, top costs first")
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.profile:
            with portal(options.articles) as origin:
                ours(origin, folder / "ours", folder / "profile")
            subprocess.run([sys.executable, "-c", _PSTATS.format(TOP), folder / "profile"], check=True)
            return
        found = contest(options.articles, options.small, options.rounds, folder)
    ratios = summary(found)
    if options.json:
        costs = {
            name: {"articles": cost.articles, "cpu_s": cost.cpu, "rate": cost.rate, "peak_mb": cost.peak}
            for name, cost in found.items()
        }
        print(json.dumps(costs | ratios, indent=2))
        return
    print(f"{'crawl':28}{'articles':>9}{'CPU s':>8}{'articles/CPU s':>16}{'peak MB':>9}")
    labels = {
        "ours": "ours",
        "archive": "plain, trafilatura, commits",
        "download": "plain, downloads only",
        "small": "ours, small portal",
    }
    for key, label in labels.items():
        cost = found[key]
        print(f"{label:28}{cost.articles:9}{cost.cpu:8.1f}{cost.rate:16.1f}{cost.peak:9.0f}")
    print(
        f"ratio: {ratios['to_archive']:.2f}x the archiving spider (goal 4), "
        f"{ratios['to_download']:.2f} of the downloading one (goal 0.3); "
        f"peak {found['ours'].peak:.0f} MB (goal under 300), {ratios['peak_growth_mb']:+.0f} MB over "
        f"the small portal; {ratios['marginal_rate']:.1f} articles a CPU second beyond start-up"
    )


if __name__ == "__main__":
    main()
