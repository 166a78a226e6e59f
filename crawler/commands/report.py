"""The command `huyen report`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from crawler.errors import Refused
from crawler.terminal.console import complain, configured, opened, print_json


def report(output: Path | None, province: str | None, as_json: bool) -> int:
    """Writes the status page to `output`, else into the data folder; returns the exit status.

    1 where the page cannot be written, or where faults of the registry hide districts from it.
    """
    from crawler.report.figures import gather
    from crawler.report.page import page, write

    config, registry = configured()
    path = (output or config.data / "reports" / "index.html").absolute()
    if output and not path.parent.is_dir():
        raise Refused(f"there is no folder {path.parent}; make it, or name another path")
    if path.is_dir():
        raise Refused(f"{path} is a folder; name a file in it, such as {path / 'index.html'}")
    with closing(opened(config)) as database:
        figures = gather(database, registry, province)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(page(figures), path)
    except OSError as error:
        complain(f"huyen: cannot write {path}: {error.strerror or error}")
        return 1
    if as_json:
        print_json({"path": str(path), **figures})
    else:
        verdicts = ", ".join(
            f"{count} {name}" for name, count in sorted(figures["totals"]["verdicts"].items())
        )
        print(f"{len(figures['portals'])} portals ({verdicts or 'none'}) in {path}")
    for fault in registry.errors:
        complain(f"not in the report: {fault}")
    return 1 if registry.errors else 0
