"""Each benchmark runs as its usage says and prints its figures; how fast anything is, no test asks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]

CASES = {
    "read": (["--pages", "1", "--portal", "do-luong-wp"], "ratio, long texts: configured "),
    "reading": (["--set", "yen-thanh"], "ours, unconfigured "),
    "names": (["--rounds", "1"], '"of_reading": '),
    "crawl": (["--articles", "12", "--small", "4"], "ratio: "),
    "start": (["--rounds", "0"], "huyen runs "),
    "nightly": (
        "--portals 3 --articles 4 --planted failing --nights new,full --delay 0 --big 1x4".split(),
        "ratio to download only",
    ),
    "filing": (["--rounds", "1", "--pages", "2"], "all pages: 12, share of files "),
    "country": (["--portals", "30", "--delay", "0.05"], "told wrongly: 0"),
    "fuzz": (["--pages", "20", "--warcs", "200", "--seconds", "60"], "200 WARC files: 0 faults"),
    "registry": (["--rounds", "1"], "country: 696 districts in "),
    "serve": (["--articles", "60"], 'figures: {"status": 200'),
    "evidence": (["--records", "20", "--files", "2", "--rounds", "1"], "ratio: verify checks "),
    "scale": (
        "--portals 2 --pages 4 --jobs 1 --keepers 1 --ways pool --databases sqlite".split(),
        "sqlite pool 1 ",
    ),
    "package": (["--pages", "20", "--kb", "1"], "20 pages: a package of 0 MB"),
    "release": (["--articles", "60", "--rounds", "1"], "ratio release / export: "),
    "rescue_kills": (["--articles", "12", "--kills", "2"], "captures kept twice: 0;"),
    "chaos": (["--faults", "feed broken"], "1 portals: the archive of 1 is as after three healthy nights"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_benchmark_prints_its_figures(name: str, tmp_path: Path) -> None:
    options, line = CASES[name]

    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / f"{name}.py", *options],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=300,
    )

    assert done.returncode == 0, done.stderr
    assert line in done.stdout
