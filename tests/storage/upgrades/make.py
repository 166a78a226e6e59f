"""Made the archive beside it: `python -m tests.storage.upgrades.make HUYEN FOLDER`, with HUYEN of 0.1.0.

Three nights of the portals of portals.py: all they show; an edited, a deleted and two new articles; a night
that was killed between the listing and the articles, so that its requests still wait. Kept are the database,
packed, and its WARC files. Run it with the huyen of a release, not with today's.
"""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.storage.upgrades.portals import LAST, path, serving


def main(huyen: str, target: Path) -> None:
    """Makes an archive with the program `huyen`, and puts it into the folder `target`."""
    with tempfile.TemporaryDirectory() as name, serving() as portals:
        folder = Path(name)
        registry, data = folder / "registry", folder / "data"
        registry.mkdir()
        (registry / "ven-song.toml").write_text(portals.registry(), encoding="utf-8")
        settings = {"HUYEN_DATA": str(data), "HUYEN_REGISTRY": str(registry), "HUYEN_MIN_FREE_MB": "1"}
        environment = {k: v for k, v in os.environ.items() if not k.startswith("HUYEN_")} | settings
        for portals.night in (1, 2):
            subprocess.run([huyen, "crawl", "--all", "--full"], env=environment, check=True)
        portals.night, portals.hang = 3, True
        night = subprocess.Popen([huyen, "crawl", "song-cau"], env=environment)
        while not any(url.endswith(path(n)) for n in LAST for url in portals.asked):
            time.sleep(0.05)
        time.sleep(2)
        with closing(sqlite3.connect(data / "archive.db", timeout=30)) as database:
            (crawl,) = database.execute("SELECT pid FROM runs WHERE finished_at IS NULL").fetchone()
            for pid in (night.pid, crawl):
                os.kill(pid, signal.SIGKILL)
            night.wait()
            database.execute("VACUUM INTO ?", (str(folder / "archive.db"),))
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        packed = gzip.compress((folder / "archive.db").read_bytes(), 9, mtime=0)
        (target / "archive.db.gz").write_bytes(packed)
        shutil.copytree(data / "warc", target / "warc")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
