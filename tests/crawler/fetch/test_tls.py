"""A fault of TLS passes only where the registry says so, and only that fault; the capture remembers it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from storage.warc.reader import read_capture
from storage.warc.writer import CaptureRef
from tests.crawler import certificates
from tests.crawler.site import ROOT, Answer, serve

pytestmark = pytest.mark.slow

FAULTS: dict[str, dict[str, Any]] = {
    "sound": {},
    "expired": {"days": -1},
    "incomplete": {"issuer": "Intermediate"},
    "self-signed": {"issuer": "127.0.0.1"},
    "other host": {"address": "127.0.0.2"},
    "both": {"issuer": "Intermediate", "days": -1},
    "old": {"old": True},
}
PASSES = {
    "verify": {"sound": ""},
    "allow-expired": {"sound": "", "expired": "expired"},
    "allow-incomplete-chain": {"sound": "", "incomplete": "incomplete_chain"},
    "legacy": {"sound": "", "old": "TLSv1"},
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Any]:
    """What came of each fault under each setting: the words kept with the capture, or why it was refused."""
    folder = tmp_path_factory.mktemp("tls")
    found: dict[tuple[str, str], Any] = {}
    with ExitStack() as stack:
        sites = {
            fault: stack.enter_context(
                serve(lambda path, headers: Answer(b"tin"), certificates.context(folder, **how))
            )
            for fault, how in FAULTS.items()
        }
        root = certificates.authority(folder)
        for mode in PASSES:
            order = {
                "urls": [f"{site.url}/{mode}" for site in sites.values()],
                "hosts": [site.host for site in sites.values()],
                "again": False,
                "max_file": 0,
                "settings": {"TLS_BY_HOST": {"127.0.0.1": mode}},
            }
            data = folder / mode
            done = subprocess.run(
                [sys.executable, "-m", "tests.crawler.crawl"],
                input=json.dumps(order),
                env=os.environ | {"HUYEN_DATA": str(data), "SSL_CERT_FILE": str(root)},
                cwd=ROOT, capture_output=True, text=True, timeout=120,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            seen = json.loads(done.stdout)
            urls = {f"{site.url}/{mode}": fault for fault, site in sites.items()}
            for response in seen["responses"]:
                found[mode, urls[response["url"]]] = _kept(data / "warc", response["capture"])
            for failure in seen["failures"]:
                found[mode, urls[failure["url"]]] = ("failed", failure["named"])
        found["asked", ""] = Counter(path for site in sites.values() for path in site.paths())
    return found


def _kept(folder: Path, capture: dict[str, Any]) -> str:
    """What the record of a capture says of its TLS."""
    return read_capture(folder, CaptureRef(**capture)).exchange.tls or ""


@pytest.mark.parametrize("mode", PASSES)
def test_only_the_named_fault_passes_and_is_remembered(
    answers: dict[tuple[str, str], Any], mode: str
) -> None:
    for fault in FAULTS:
        came = answers[mode, fault]
        if fault in PASSES[mode]:
            words = PASSES[mode][fault]
            assert came == (f"{words}; accepted by the registry" if words else ""), fault
        else:
            assert came[0] == "failed", (fault, came)


def test_a_refusal_names_its_fault(answers: dict[tuple[str, str], Any]) -> None:
    # What is asked first, and fails, is robots.txt.
    failed = {fault: answers["verify", fault][1] for fault in FAULTS if fault != "sound"}
    reasons = {fault: reason.removesuffix("_robots") for fault, reason in failed.items()}
    assert reasons == {
        "expired": "tls_expired",
        "incomplete": "tls_incomplete_chain",
        "self-signed": "tls_self_signed",
        "other host": "tls_other_host",
        "both": reasons["both"],
        "old": "tls",
    }
    assert reasons["both"] in ("tls_expired", "tls_incomplete_chain")
