"""A headless Chromium, driven over its DevTools pipe: no driver and no port, so it runs wherever it starts.

The protocol: JSON messages ended by NUL, read by Chromium from descriptor 3 and written by it to 4.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
ANSWER_SECONDS = 60.0
_EXIT_SECONDS = 15.0
# A shell cannot do it: dash knows descriptors of one digit only.
_LAUNCH = "import os, sys; r, w, *c = sys.argv[1:]; os.dup2(int(r), 3); os.dup2(int(w), 4); os.execv(c[0], c)"
_ABOVE = 10  # so that 3 and 4 themselves are free


def binary() -> str | None:
    """The path of a Chromium; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Tab:
    """One page. `events` holds what the browser told of it, oldest first."""

    def __init__(self, read: int, write: int) -> None:
        self.read, self.write = read, write
        self.buffer = b""
        self.last = 0
        self.session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a command of the protocol; RuntimeError where it fails or does not answer."""
        self.last += 1
        order: dict[str, Any] = {"id": self.last, "method": method, "params": params}
        if self.session:
            order["sessionId"] = self.session
        os.write(self.write, json.dumps(order).encode() + b"\0")
        while (answer := self._next()).get("id") != self.last:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, url: str) -> None:
        """Loads `url`, up to its load event."""
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._next())

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression, awaited where it is a promise."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description"))
        return answer["result"].get("value")

    def look(self, width: int, height: int, scheme: str = "light", media: str = "") -> None:
        """Sets the size of the window in CSS pixels, the colour scheme and the medium (`print`)."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=media, features=features)

    def press(self, key: str) -> None:
        """Presses and releases a key by its name: Tab, Enter, ArrowDown."""
        codes = {"Tab": 9, "Enter": 13, " ": 32}
        options: dict[str, Any] = {"key": key, "code": key, "windowsVirtualKeyCode": codes.get(key, 0)}
        if key in ("Enter", " "):
            options["text"] = "\r" if key == "Enter" else key
        self.call("Input.dispatchKeyEvent", type="keyDown", **options)
        self.call("Input.dispatchKeyEvent", type="keyUp", **options)

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """A PNG of the window, or of the whole page."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def faults(self) -> list[str]:
        """Uncaught exceptions, and what the browser itself complained of."""
        return [
            json.dumps(event["params"])
            for event in self.events
            if event.get("method") == "Runtime.exceptionThrown"
            or (event.get("method") == "Log.entryAdded" and event["params"]["entry"]["level"] == "error")
        ]

    def requests(self) -> list[str]:
        """The addresses that the page asked for, itself first."""
        sent = (event for event in self.events if event.get("method") == "Network.requestWillBeSent")
        return [event["params"]["request"]["url"] for event in sent]

    def _next(self) -> dict[str, Any]:
        end = time.monotonic() + ANSWER_SECONDS
        while b"\0" not in self.buffer:
            if not select([self.read], [], [], max(0.0, end - time.monotonic()))[0]:
                raise RuntimeError(f"Chromium did not answer within {ANSWER_SECONDS:g} s")
            part = os.read(self.read, 1 << 20)
            if not part:
                raise RuntimeError("Chromium has gone")
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        found: dict[str, Any] = json.loads(message)
        return found


@contextmanager
def browsing(language: str = "en-GB") -> Iterator[Tab]:
    """A tab of a Chromium of its own, whose `navigator.language` is `language`; ended with the block."""
    program = binary()
    if program is None:
        raise FileNotFoundError(f"no {' or '.join(NAMES)} on the PATH")
    to_browser, ours_out = _pipe()
    ours_in, from_browser = _pipe()
    folder = tempfile.mkdtemp(prefix="chromium-")
    options = ["--headless=new", "--remote-debugging-pipe", f"--user-data-dir={folder}", f"--lang={language}"]
    options += [
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--no-first-run",
    ]
    if os.geteuid() == 0:
        options.append("--no-sandbox")  # its sandbox refuses to run as root
    process = subprocess.Popen(
        [sys.executable, "-ISc", _LAUNCH, str(to_browser), str(from_browser), program, *options],
        pass_fds=(to_browser, from_browser),
        env=os.environ | {"LANGUAGE": language.replace("-", "_")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_browser)
    os.close(from_browser)
    try:
        yield Tab(ours_in, ours_out)
    finally:
        os.close(ours_out)  # at the end of its pipe it closes itself
        try:
            process.wait(_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(ours_in)
        shutil.rmtree(folder, ignore_errors=True)


def _pipe() -> tuple[int, int]:
    low = os.pipe()
    high = [fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, _ABOVE) for one in low]
    for one in low:
        os.close(one)
    return high[0], high[1]
