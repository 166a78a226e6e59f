"""`huyen districts check --all` on 700 stand-ins: how long beside what politeness needs, how much memory, and
whether every planted state is told.

    python benchmarks/country.py [--portals 700] [--delay 1.0]

The stand-ins stand on as many addresses as there were provinces, in their sizes; those of one address are one
server. A tenth each is dead, hijacked, moved, or another office's; the other states are planted, too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from crawler.registry.country import country
from fixtures.country.pages import Place
from fixtures.country.standins import StandIn, write_registry
from storage.vocabulary import local

ROOT = Path(__file__).parents[1]
TENTH = ("no_answer", "hijacked", "moved", "another_office")
OTHERS = (
    *("lives", "lives", "frozen", "frozen", "parked", "maintenance", "default_page", "refused", "error"),
    *("unclear", "moved_notice", "robots", "no_name"),
)
FIRST_PORT = 21_000


def plan(portals: int, alone: bool = False) -> tuple[list[StandIn], list[StandIn]]:
    """The stand-ins, and the sites that those which moved lead to."""
    seats = list(country())[:portals]
    more = range(portals - len(seats))  # beyond the 696: districts of an invented province
    seats += [seats[0]._replace(name=f"Ví Dụ {n}", province="Ví Dụ", province_id="vi-du") for n in more]
    provinces = {id_: n for n, id_ in enumerate(dict.fromkeys(seat.province_id for seat in seats))}
    made, homes = [], []
    for n, seat in enumerate(seats):
        state = TENTH[n % 10] if n % 10 < len(TENTH) else OTHERS[(n // 10 + n) % len(OTHERS)]
        place = Place(seat.name, seat.kind, seat.province)
        address = "127.0.0.1" if alone else f"127.1.{provinces[seat.province_id]}.1"
        one = StandIn(f"h{n:03}", place, state, n // 10, address, FIRST_PORT + n)
        if state == "moved":
            home = StandIn(f"new{n:03}", place, "lives", 0, address, FIRST_PORT + portals + n)
            one.target = home.url + "/"
            homes.append(home)
        made.append(one)
    return made, homes


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--portals", type=int, default=700)
    parser.add_argument("--delay", type=float, default=1.0)
    parser.add_argument("--alone", action="store_true", help="each stand-in is a server of its own")
    chosen = parser.parse_args()
    standins, homes = plan(chosen.portals, chosen.alone)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        codes = {f"h{n:03}": seat.code for n, seat in enumerate(country())}
        write_registry(folder / "registry", standins, chosen.delay, **codes)
        log = folder / "asked.json"
        order = {"standins": [asdict(one) for one in standins + homes], "log": str(log),
                 "today": local(datetime.now(UTC)).date().isoformat()}  # fmt: skip
        server = subprocess.Popen(
            [sys.executable, "-m", "fixtures.country.standins"], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert server.stdin and server.stdout
        server.stdin.write(json.dumps(order) + "\n")
        server.stdin.flush()
        assert server.stdout.readline().strip() == "ready"
        report = checked(folder)
        server.stdin.write("\n")
        server.stdin.flush()
        server.wait(30)
        asked = json.loads(log.read_text(encoding="utf-8"))
    return told(standins, homes, report, asked, chosen.delay)


def checked(folder: Path) -> dict[str, Any]:
    """What the check says, with its seconds, CPU seconds and peak of memory in MB."""
    own = {"HUYEN_DATA": str(folder / "data"), "HUYEN_REGISTRY": str(folder / "registry")}
    with (folder / "out.json").open("w") as out:
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "crawler.cli", "districts", "check", "--all", "--json"],
            cwd=ROOT, env={**os.environ, **own}, stdout=out, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
    found: dict[str, Any] = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    return found | {"exit": os.waitstatus_to_exitcode(status), "wall": seconds,
                    "cpu": used.ru_utime + used.ru_stime, "mb": used.ru_maxrss / 1024}  # fmt: skip


def told(
    standins: list[StandIn], homes: list[StandIn], report: dict[str, Any], asked: list[Any], delay: float
) -> int:
    """Prints the figures; returns 1 where a state is told wrongly or a rule of politeness is broken."""
    found = {one["district_id"].partition(".")[2]: one for one in report["checks"]}
    wrong = [(one.table, one.told, found[one.table]["state"]) for one in standins
             if found[one.table]["state"] != one.told]  # fmt: skip
    servers: defaultdict[str, list[float]] = defaultdict(list)
    most = 0
    by_table = {one.table: requests for one, requests in zip(standins + homes, asked, strict=True)}
    for one in standins + homes:
        server = one.address if one.address != "127.0.0.1" else f"{one.address}:{one.port}"
        servers[server] += [moment for moment, _ in by_table[one.table]]
    for one in standins:
        most = max(most, len(by_table[one.table]) + len(by_table.get(one.table.replace("h", "new"), [])))
    asks: Counter[str] = Counter()  # those that nobody heard, too
    for one in standins:
        server = one.address if one.address != "127.0.0.1" else f"{one.address}:{one.port}"
        asks[server] += found[one.table]["requests"]
    needed = (max(asks.values()) - 1) * delay
    gaps = [later - earlier for times in servers.values() for earlier, later in pairwise(sorted(times))]
    short = sum(gap < delay for gap in gaps)
    states = Counter(one["state"] for one in report["checks"])
    print(f"{len(standins)} portals on {len(servers)} servers: {dict(states)}")
    print(f"told wrongly: {len(wrong)} {wrong[:10]}")
    print(f"requests: {sum(map(len, asked))}, at most {most} a portal; shorter gaps than the delay: {short}")
    print(
        f"wall {report['wall']:.1f} s, politeness needs {needed:.1f} s: {report['wall'] / needed:.2f} times"
    )
    print(f"CPU {report['cpu']:.1f} s, peak {report['mb']:.0f} MB, exit status {report['exit']}")
    return int(bool(wrong or short or most > 4))


if __name__ == "__main__":
    sys.exit(main())
