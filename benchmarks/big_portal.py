"""A WordPress-like portal of any number of articles on loopback, in a process of its own.

Usage: python benchmarks/big_portal.py ARTICLES
Prints its address, and serves until its standard input is closed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import texts
from fixtures import server

PORTAL = "do-luong-wp"  # pages of about 80 KB, 8 entries a listing page, feed and sitemap


def main() -> None:
    """Serves the portal until standard input ends."""
    server._GZIP.clear()  # compressing is the server's work and would hide what the pages weigh
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"{PORTAL}.toml").write_text(texts.toml(PORTAL, int(sys.argv[1])), encoding="utf-8")
        with server.FixtureServer(0, folder=Path(folder)) as serving:
            print(serving.url(PORTAL), flush=True)
            sys.stdin.read()


if __name__ == "__main__":
    main()
