"""What a web archive package of a large archive costs to write: memory, and CPU time a record.

Usage: python benchmarks/package.py [--pages N] [--kb K] [--json]
An archive of N articles is made, each with a page of K KB that no compression makes smaller; the defaults
give 1 GB of WARC files. Then `huyen export --format wacz` packs all of it. The peak of memory is what the
kernel says of that process, Python and libraries included; that of an export of one article is printed
beside it, so the difference is what the size costs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from storage.articles import queries  # noqa: E402  below the path of the project
from storage.articles.batch import Batch  # noqa: E402
from storage.database import open_database  # noqa: E402
from storage.records import ArticleRecord, CaptureRecord, DistrictRecord  # noqa: E402
from storage.warc.captures import Exchange  # noqa: E402
from storage.warc.writer import PAGES, WarcWriter  # noqa: E402

PORTAL = "https://doluong.nghean.gov.vn"
DISTRICT = "nghe-an.do-luong"
START = datetime(2024, 1, 1, tzinfo=UTC)
BATCH = 200  # articles a transaction
WORDS = "đường làng ngõ xóm xuất khẩu chè nông thôn mới hội nghị giao ban tháng mười xã thị trấn".split()


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--kb", type=int, default=52)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        make(data, asked.pages, asked.kb)
        size = sum(file.stat().st_size for file in (data / "warc").iterdir())
        one, _ = packed(data, "--query", "sothutu0")
        peak, seconds = packed(data)
        whole = (data / "x.wacz").stat().st_size
    figures = {
        "pages": asked.pages,
        "warc_mb": size / 1e6,
        "package_mb": whole / 1e6,
        "peak_mb": peak,
        "peak_of_one_mb": one,
        "cpu_ms_a_page": 1000 * seconds / asked.pages,
    }
    if asked.json:
        print(json.dumps(figures))
        return
    print(f"{size / 1e6:.0f} MB of WARC files, {asked.pages} pages: a package of {whole / 1e6:.0f} MB")
    print(f"peak of memory: {peak:.0f} MB; with one article: {one:.0f} MB")
    print(f"CPU time: {figures['cpu_ms_a_page']:.2f} ms a page")


def make(data: Path, pages: int, kb: int) -> None:
    """Makes the archive."""
    draw = random.Random(1)
    district = DistrictRecord(DISTRICT, "Đô Lương", "huyện", "427", "Nghệ An")
    url = f"sqlite:///{data / 'archive.db'}"
    with closing(open_database(url)) as db, WarcWriter(data / "warc", DISTRICT, {PAGES: "1"}) as out:
        queries.sync_registry(db, [district])
        for first in range(0, pages, BATCH):
            batch = Batch()
            for number in range(first, min(first + BATCH, pages)):
                address, at = f"{PORTAL}/tin-{number}", START + timedelta(seconds=number)
                body = draw.randbytes(1000 * kb)
                sent = Exchange(address, 200, ((b"Content-Type", b"text/html"),), body, at)
                ref = out.write(sent, page={"asked": address, "page": address, "district": DISTRICT,
                                            "portal": PORTAL})  # fmt: skip
                text = " ".join(draw.choices(WORDS, k=400))
                batch.captures.append(CaptureRecord(address, at, ref))
                batch.articles.append(
                    ArticleRecord(address, DISTRICT, PORTAL, at, f"Tin sothutu{number}", body=(text,),
                                  capture=ref, algorithm="none")
                )  # fmt: skip
            queries.keep(db, batch)


def packed(data: Path, *more: str) -> tuple[float, float]:
    """Returns the peak of memory (MB) and the CPU seconds of an export into `data`/x.wacz."""
    command = [sys.executable, "-m", "crawler.cli", "export", "--format", "wacz", "-o", str(data / "x.wacz")]
    environment = os.environ | {"HUYEN_DATA": str(data), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([*command, *more], cwd=data, env=environment, stderr=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL)  # fmt: skip
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the export ended with {process.returncode}")
    return used.ru_maxrss / 1024, used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
