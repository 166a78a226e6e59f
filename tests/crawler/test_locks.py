"""One crawl of a portal at a time: real processes, with data folders of their own and one archive."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.errors import Refused
from crawler.locks import alone, hold
from storage.errors import StorageError, Taken
from tests.crawler.site import ROOT
from tests.faults.crawls import wait_until

pytestmark = pytest.mark.slow

PORTAL = "https://www.doluong.test"
HOLD = """
import sys
from crawler.locks import hold
hold(sys.argv[1], sys.argv[2], [sys.argv[3]], 5.0)
print("held", flush=True)
sys.stdin.read()
"""

ALONE = """
import sys
from pathlib import Path
from crawler.locks import alone
with alone(Path(sys.argv[1]), "this"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(data: Path, url: str, portal: str = PORTAL) -> Iterator[int]:
    """The id of a process that has the lock of `portal`, and is killed in the end."""
    command = [sys.executable, "-c", HOLD, str(data), url, portal]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, **pipes, text=True) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "held\n"
        yield process.pid
        process.kill()


def free(data: Path, url: str) -> bool:
    """Whether the lock can be had; a server needs a moment to see that a process was killed."""
    try:
        hold(data, url, [PORTAL], 5.0)
    except Taken:
        return False
    return True


def test_two_data_folders_over_one_archive_keep_out_of_each_others_way(
    database_url: str, tmp_path: Path
) -> None:
    with holder(tmp_path / "one", database_url) as pid:
        with pytest.raises(Taken, match=rf"doluong\.test is being crawled by process {pid}\b.*; wait"):
            hold(tmp_path / "two", database_url, ["http://doluong.test"], 5.0)
        hold(tmp_path / "two", database_url, ["https://gia-vien.test"], 5.0)
    wait_until(lambda: free(tmp_path / "two", database_url))
    assert free(tmp_path / "two", database_url), "what is held is held"


def test_two_archives_do_not_know_of_each_other(tmp_path: Path) -> None:
    with holder(tmp_path / "one", f"sqlite:///{tmp_path / 'one' / 'archive.db'}"):
        assert free(tmp_path / "two", f"sqlite:///{tmp_path / 'two' / 'archive.db'}")


def test_a_server_that_does_not_answer_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"cannot reach postgresql\+psycopg://u:\*\*\*@127\.0\.0\.1:1/x: "):
        hold(tmp_path, "postgresql://u:secret@127.0.0.1:1/x", [PORTAL], 0.0)


def test_a_file_lock_is_for_one_process_and_names_it(tmp_path: Path) -> None:
    path = tmp_path / "night.lock"
    command = [sys.executable, "-c", ALONE, str(path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, **pipes, text=True) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "held\n"
        who = rf"process {process.pid} on .+ since .+ \(time of Vietnam\)"
        sentence = rf"another night is running \({who}\); wait for it"
        with pytest.raises(Refused, match=sentence), alone(path, "another night"):
            pytest.fail("two processes have one lock")
        process.kill()
        process.wait()
    with alone(path, "another night"):
        assert "process" in path.read_text()
    assert path.read_text() == ""


def test_a_lock_file_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    with (
        pytest.raises(Refused, match=r"absent/night\.lock cannot be written: No such file"),
        alone(tmp_path / "absent" / "night.lock", "another night"),
    ):
        pytest.fail("there is no such folder")
