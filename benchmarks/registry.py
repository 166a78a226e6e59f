"""What the registry of the whole country costs at each start: read, merged, checked and held against places.

Usage: python benchmarks/registry.py [--rounds 5] [--json]

Each round is a process of its own, since a command reads the registry once. Compared with tomllib alone on
the same files, and with the imports that reading needs. Two registries: the bundled one, and one of all 696
districts with a portal each, written into a folder of the run, with a layer of one's own for each fifth.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
GOAL = 0.5  # seconds of CPU for 700 entries
ROUND = """
import json, sys, time, tomllib
from pathlib import Path
layers = [Path(name) for name in sys.argv[1:]]
began = time.process_time()
from crawler.registry.load import load
imported = time.process_time()
registry = load(layers)
loaded = time.process_time()
for layer in layers:
    for file in layer.glob("*.toml"):
        tomllib.loads(file.read_text(encoding="utf-8"))
parsed = time.process_time()
assert not registry.errors, registry.errors[0]
print(json.dumps({"districts": len(registry.districts), "import": imported - began, "load": loaded - imported,
                  "tomllib": parsed - loaded}))
"""


def country(folder: Path) -> list[Path]:
    """Writes a registry of every district, and a layer of one's own; returns both."""
    sys.path.insert(0, str(ROOT))
    from crawler.registry.country import country as seats
    from crawler.registry.share import lines

    base, own = folder / "base", folder / "own"
    base.mkdir()
    own.mkdir()
    for n, seat in enumerate(seats()):
        url = f"https://{seat.table}.{seat.province_id}.gov.vn"
        told = {"name": seat.name, "kind": seat.kind, "code": seat.code}
        portal = {"url": url, "status": "unseen", "source": "a benchmark", "unverified": ["url", "sections"]}
        file = base / f"{seat.province_id}.toml"
        head = "" if file.exists() else '[defaults]\nfamily = "generic"\n'
        with file.open("a", encoding="utf-8") as out:
            out.write(f"{head}[{seat.table}]\n{lines(told)}[[{seat.table}.portals]]\n{lines(portal)}")
        if n % 5 == 0:
            with (own / file.name).open("a", encoding="utf-8") as out:
                out.write(f"[[{seat.table}.portals]]\n{lines({'url': url, 'status': 'live'})}")
    return [base, own]


def measured(layers: list[Path], rounds: int) -> dict[str, float]:
    """Returns the medians of `rounds` processes, in seconds of CPU, and how many districts there are."""
    found = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", ROUND, *map(str, layers)],
                cwd=ROOT, capture_output=True, text=True, check=True,
            ).stdout
        )
        for _ in range(rounds)
    ]  # fmt: skip
    return {name: statistics.median(one[name] for one in found) for name in found[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        registries = {"bundled": [ROOT / "crawler" / "districts"], "country": country(Path(folder))}
        figures = {name: measured(layers, options.rounds) for name, layers in registries.items()}
    if options.json:
        print(json.dumps(figures))
        return
    for name, one in figures.items():
        per_700 = one["load"] / one["districts"] * 700
        print(
            f"{name}: {one['districts']:.0f} districts in {one['load']:.3f} s of CPU "
            f"({one['load'] / one['tomllib']:.1f} times tomllib alone), "
            f"{per_700:.3f} s for 700 (goal {GOAL}); imports {one['import']:.3f}"
        )


if __name__ == "__main__":
    main()
