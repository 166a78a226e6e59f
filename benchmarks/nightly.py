"""The night of hundreds of portals on one machine: what it costs, and whether its verdicts are right.

Usage: python benchmarks/nightly.py [--portals 700] [--nights quiet,new,full] [--delay 1.0] [--jobs N]
night/server.py serves the portals: a mix of systems, one loopback address each; 5 % slow, 5 % failing (each
in another way), 2 % hanging, 1 % with traps. They are crawled as an operator would, `huyen crawl --all`:
  set-up  all portals, still healthy, at delay 0 into an empty archive; not part of the figures
  quiet   a night with nothing new; from here on the planted faults are on
  new     a night with three new articles on each portal
  full    a first crawl of 50 portals of 300 articles each at delay 0, and beside it a Scrapy spider that does
          nothing but download the same addresses (plain_spiders.py), once in one process, and once in a
          process a core: a core does less in a second where its neighbour works, as it does in our crawl
CPU is that of all processes of ours, the server's apart; memory the sum of all of them, sampled each second.
Politeness alone is a schedule, longest first and as many at a time as the night had, of each portal's
requests times the delay, nothing for slow and hanging ones. Names the goals that are missed; ends with 1
where a verdict is wrong, which no busy machine excuses.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import crawl as single
from benchmarks.night.costs import crawl
from benchmarks.night.portals import Entry, Plan, definition, entries
from benchmarks.night.report import figures, judged, missed, mistaken, rests, show
from crawler.night.night import PER_CORE, cores

HERE = Path(__file__).parent
PUBLISHED = 3  # articles of each portal before the night `new`
BIG = (50, 300)  # portals and articles of each, in the full crawl
LOSS = 0.02  # share of the articles; shuffled sentences make a few pages that a reader may refuse


class Server:
    """night/server.py in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        told = self._told()
        self.port, self.authority = int(told["port"]), str(told["authority"])

    def order(self, **order: object) -> dict[int, dict[str, Any]]:
        """Sends an order; what each portal was asked since the one before."""
        assert self._process.stdin
        print(json.dumps(order), file=self._process.stdin, flush=True)
        return {int(number): asked for number, asked in self._told().items()}

    def _told(self) -> dict[str, Any]:
        assert self._process.stdout
        if not (line := self._process.stdout.readline()):
            raise SystemExit("the portals' server ended; its own message stands above")
        told: dict[str, Any] = json.loads(line)
        return told


@contextmanager
def serving(plan: Plan) -> Iterator[Server]:
    """The portals of `plan`, served while the context lasts."""
    command = [sys.executable, str(HERE / "night/server.py"), json.dumps(asdict(plan))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        try:
            yield Server(process)
        finally:
            process.stdin.close()


def register(folder: Path, plan: Plan, port: int, delay: float) -> Path:
    """The registry of `plan`'s portals, one district each."""
    lines = []
    for entry in entries(plan):
        known = definition(entry.system)
        sections = [] if entry.family == "generic" else [section.path for section in known.sections]
        portal = {"url": origin(entry, port), "family": entry.family, "sections": sections, "delay": delay}
        lines.append(f'[{entry.name}]\nname = "{known.name}"\nkind = "huyện"\ncode = "427"')
        lines.append(f"[[{entry.name}.portals]]")
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in portal.items()]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "nghe-an.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def origin(entry: Entry, port: int) -> str:
    """The address of a portal."""
    return f"{entry.scheme}://{entry.address}:{port}"


def nights(plan: Plan, wanted: Sequence[str], delay: float, jobs: int | None, folder: Path) -> dict[str, Any]:
    """The set-up, then the nights with faults that are `wanted`, each into a copy of the archive.

    A set-up of the same plan that stands in `folder` already is used again.
    """
    found: dict[str, Any] = {}
    made = folder / "plan.json"
    earlier = json.loads(made.read_text("utf-8")) if made.exists() else {}
    again = earlier == json.loads(json.dumps(asdict(replace(plan, port=earlier.get("port", 0)))))
    plan = replace(plan, port=earlier["port"]) if again else plan
    with serving(plan) as server:
        trusted = {"SSL_CERT_FILE": server.authority}
        if not again:
            first = crawl(folder / "setup", register(folder, plan, server.port, 0), jobs, **trusted)
            found["setup"] = judged(first, plan, healthy=True) | {"cpu_s": first.cpu, "wall_s": first.wall}
            made.write_text(json.dumps(asdict(replace(plan, port=server.port))), encoding="utf-8")
        server.order(faults=True)
        for night in wanted:
            registry = register(folder, plan, server.port, delay)
            shutil.rmtree(folder / night, ignore_errors=True)
            shutil.copytree(folder / "setup", folder / night)
            server.order(publish=PUBLISHED if night == "new" else 0)
            done = crawl(folder / night, registry, jobs, **trusted)
            asked = server.order()
            places = jobs or PER_CORE * cores()
            found[night] = figures(done, plan, asked) | rests(done, plan, asked, delay, places)
            found[night] |= judged(done, plan)
    return found


def full(plan: Plan, jobs: int | None, folder: Path) -> dict[str, Any]:
    """A first crawl of healthy portals, beside the spider that only downloads what the crawl fetched.

    Raises SystemExit where more than LOSS of the articles are missing.
    """
    with serving(plan) as server:
        registry = register(folder, plan, server.port, 0)
        done = crawl(folder / "full", registry, jobs)
        asked = server.order()
        addresses = fetched(folder / "full" / "archive.db")
        alone = downloaded(server, addresses, 1, folder)
        loaded = downloaded(server, addresses, cores(), folder)
    kept = single.count(folder / "full" / "archive.db", "articles")
    if plan.portals * plan.articles - kept > max(1, LOSS * plan.portals * plan.articles):
        raise SystemExit(f"full: {kept} articles archived; the figures would compare nothing")
    mine = done.summary["totals"]["requests"] / done.cpu
    ratios = {
        "kept": kept,
        "pages_a_cpu_second": mine,
        "download_pages_a_cpu_second": alone,
        "to_download": mine / alone,
        "loaded_pages_a_cpu_second": loaded,
        "to_loaded": mine / loaded,
    }
    return figures(done, plan, asked) | ratios | judged(done, plan)


def downloaded(server: Server, addresses: Sequence[str], processes: int, folder: Path) -> float:
    """Pages a CPU second of the spider that only downloads, the hosts shared by `processes`."""
    hosts = {host: n for n, host in enumerate(dict.fromkeys(url.split("/")[2] for url in addresses))}
    commands = []
    for number in range(processes):
        listed = folder / f"urls-{number}.txt"
        mine = (url for url in addresses if hosts[url.split("/")[2]] % processes == number)
        listed.write_text("\n".join(mine), encoding="utf-8")
        commands.append([sys.executable, str(HERE / "plain_spiders.py"), "download", str(listed)])
    with ThreadPoolExecutor(processes) as side_by_side:
        runs = [
            side_by_side.submit(single.run, command, folder / f"download-{n}", no_proxy="*")
            for n, command in enumerate(commands)
        ]
        cpu = sum(run.result()[0] for run in runs)
    return sum(sum(one["requests"].values()) for one in server.order().values()) / cpu


def fetched(archive: Path) -> list[str]:
    """The addresses that a crawl read with success, the portals' in turn, so that no host stands alone."""
    by_portal: dict[str, list[str]] = defaultdict(list)
    with closing(sqlite3.connect(archive)) as database:
        for (url,) in database.execute("SELECT url FROM captures WHERE status = 200 ORDER BY id"):
            by_portal[url.split("/")[2]].append(url)
    return [url for row in zip_longest(*by_portal.values()) for url in row if url]


def main() -> int:
    """Prints the figures; 1 where a verdict is wrong."""
    parser = argparse.ArgumentParser(description="The night of hundreds of portals on one machine.")
    parser.add_argument("--portals", type=int, default=700, help="of the nights (default %(default)s)")
    parser.add_argument("--articles", type=int, default=14, help="of each portal (default %(default)s)")
    parser.add_argument("--failing", type=int, help="portals that fail (default 5 %% of them)")
    parser.add_argument("--planted", default="slow,failing,hanging,trap", help="(default %(default)s)")
    parser.add_argument("--delay", type=float, default=1.0, help="seconds (default %(default)s)")
    parser.add_argument("--jobs", type=int, help="districts at a time, handed to huyen crawl")
    parser.add_argument("--nights", default="quiet,new,full", help="(default %(default)s)")
    parser.add_argument(
        "--big", default="{}x{}".format(*BIG), help="portals x articles of full (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the portals (default %(default)s)")
    parser.add_argument("--folder", type=Path, help="keep archives and logs there, and use its set-up again")
    parser.add_argument("--json", action="store_true", help="print JSON alone")
    options = parser.parse_args()
    wanted = [night for night in options.nights.split(",") if night]
    planted = [kind for kind in options.planted.split(",") if kind]
    plan = Plan(options.portals, options.articles, planted, options.failing, options.seed)
    portals, articles = map(int, options.big.split("x"))
    big = Plan(portals, articles, (), None, random.Random(options.seed).randrange(1 << 30))
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        faulty = [night for night in wanted if night != "full"]
        if faulty or "full" not in wanted:
            found |= nights(plan, faulty, options.delay, options.jobs, folder)
        if "full" in wanted:
            found["full"] = full(big, options.jobs, folder / "big")
    if options.json:
        print(json.dumps(found, indent=2, default=str))
    else:
        show(found)
    wrong = mistaken(found)
    for line in missed(found) + wrong:
        print(line, file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
