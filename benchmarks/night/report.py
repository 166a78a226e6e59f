"""What benchmarks/nightly.py says of a night: figures, verdicts, goals missed; a table for a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from statistics import mean
from typing import Any

from benchmarks.night.costs import Night, schedule
from benchmarks.night.portals import Entry, Plan, entries

GOALS = {"to_politeness": 1.5, "to_download": 0.35, "pss_mb": 1500.0}
LATE = ("slow", "silent", "stalling")  # whose time is the server's, not politeness'


def figures(night: Night, plan: Plan, asked: Mapping[int, Mapping[str, Any]]) -> dict[str, Any]:
    """What a night of `plan` cost; `asked` is what the server says of each portal."""
    known, total = _known(plan), night.summary["totals"]
    kinds: dict[str, list[int]] = defaultdict(list)
    for run in night.runs:
        entry = known[run["district_id"]]
        kinds[entry.fault or entry.family].append(run["counts"].get("requests", 0))
    return {
        "wall_s": night.wall,
        "cpu_s": night.cpu,
        "requests": total["requests"],
        "requests_a_second": total["requests"] / night.wall,
        "cpu_ms_a_request": 1000 * night.cpu / max(1, total["requests"]),
        "cpu_ms_a_portal": 1000 * night.cpu / len(night.runs),
        "pss_mb": night.pss_mb,
        "rss_mb": night.rss_mb,
        "articles": total["articles"],
        "requests_of": {kind: mean(found) for kind, found in sorted(kinds.items())},
        "asked_for": dict(sum((Counter(one["requests"]) for one in asked.values()), Counter())),
    }


def rests(
    night: Night, plan: Plan, asked: Mapping[int, Mapping[str, Any]], delay: float, places: int
) -> dict[str, Any]:
    """How much of a night was rest between requests, and how long `places` crawls at a time rest in any case.

    `rest_share` is of the time that crawls ran; those of slow and hanging portals do not count.
    """
    known, polite, planted, rested, ran = _known(plan), [], [], 0.0, 0.0
    for run in night.runs:
        entry, rest = known[run["district_id"]], run["counts"].get("requests", 0) * delay
        planted.append(rest + asked[entry.number]["held"])
        if entry.fault not in LATE:
            polite.append(rest)
            rested, ran = rested + max(0.0, rest - delay), ran + run["seconds"]
    alone = schedule(polite, places)
    return {
        "rest_share": rested / ran if ran else 0.0,
        "politeness_s": alone,
        "planted_s": schedule(planted, places),
        "to_politeness": night.wall / alone if alone else 0.0,
    }


def judged(night: Night, plan: Plan, healthy: bool = False) -> dict[str, Any]:
    """The verdicts by what was planted, and each wrong one with its evidence; `healthy`: no fault is on."""
    known = _known(plan)
    table: dict[str, Counter[str]] = defaultdict(Counter)
    wrong = []
    for run in night.runs:
        entry = known[run["district_id"]]
        if healthy:
            entry = entry._replace(fault="trap" if entry.fault == "trap" else "")
        table[entry.fault or "healthy"][str(run["verdict"])] += 1
        if run["verdict"] not in entry.right:
            wrong.append(
                {
                    "portal": run["portal"],
                    "planted": entry.fault or "healthy",
                    "family": entry.family,
                    "system": entry.system,
                    "verdict": run["verdict"],
                    "right": sorted(entry.right),
                    "evidence": run["evidence"],
                }
            )
    return {"verdicts": {kind: dict(found) for kind, found in sorted(table.items())}, "wrong": wrong}


def _known(plan: Plan) -> dict[str, Entry]:
    return {f"nghe-an.{entry.name}": entry for entry in entries(plan)}


def missed(found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The goals of time and memory that were missed, a line each."""
    lines = []
    for night, row in found.items():
        if night == "new" and row["to_politeness"] > GOALS["to_politeness"]:
            lines.append(f"new: {row['to_politeness']:.2f} times politeness alone, goal 1.5")
        if night == "full" and row["to_download"] < GOALS["to_download"]:
            lines.append(f"full: {row['to_download']:.2f} of the downloading spider, goal 0.35")
        if row.get("pss_mb", 0) > GOALS["pss_mb"]:
            lines.append(f"{night}: {row['pss_mb']:.0f} MB, goal 1500")
    return lines


def mistaken(found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The verdicts that are wrong, a line each."""
    return [
        f"{night}: {one['portal']} ({one['system']}, family {one['family']}), planted {one['planted']}, "
        f"is called {one['verdict']}: {'; '.join(one['evidence'])}"
        for night, row in found.items()
        for one in row["wrong"]
    ]


def show(found: Mapping[str, Mapping[str, Any]]) -> None:
    """Prints the figures for a person."""
    names = [night for night in found if night != "setup"]
    rows = (
        ("wall_s", "wall s", ".0f"), ("cpu_s", "CPU s", ".1f"), ("requests", "requests", ".0f"),
        ("requests_a_second", "requests a second", ".1f"), ("cpu_ms_a_request", "CPU ms a request", ".1f"),
        ("cpu_ms_a_portal", "CPU ms a portal", ".0f"), ("pss_mb", "peak MB in all (PSS)", ".0f"),
        ("rss_mb", "peak MB in all (RSS)", ".0f"), ("rest_share", "share of time at rest", ".2f"),
        ("politeness_s", "politeness alone, s", ".0f"), ("planted_s", "with planted waits, s", ".0f"),
        ("to_politeness", "wall to politeness (goal 1.5)", ".2f"),
        ("pages_a_cpu_second", "requests a CPU second", ".1f"),
        ("download_pages_a_cpu_second", "the same, download only", ".1f"),
        ("to_download", "ratio to download only (goal 0.35)", ".2f"),
        ("loaded_pages_a_cpu_second", "download only, a process a core", ".1f"),
        ("to_loaded", "ratio to it", ".2f"),
    )  # fmt: skip
    print(f"{'':36}" + "".join(f"{night:>10}" for night in names))
    for key, label, form in rows:
        cells = (f"{found[night][key]:{form}}" if key in found[night] else "" for night in names)
        print(f"{label:36}" + "".join(f"{cell:>10}" for cell in cells))
    for night in names:
        kinds = ", ".join(f"{kind} {count:.1f}" for kind, count in found[night]["requests_of"].items())
        print(f"{night}: requests a portal: {kinds}")
        print(
            f"{night}: asked for: {', '.join(f'{n} {kind}' for kind, n in found[night]['asked_for'].items())}"
        )
    for night, row in found.items():
        print(f"{night}: verdicts")
        for kind, verdicts in row["verdicts"].items():
            print(f"  {kind:16}" + ", ".join(f"{count} {verdict}" for verdict, count in verdicts.items()))
