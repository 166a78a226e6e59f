"""A chart as a PNG picture, by resvg (the extra `chart`)."""

from __future__ import annotations

from typing import Any

from crawler.errors import Refused
from storage.language.messages import message

ZOOM = 2.0  # pixels for each of the drawing: sharp in print at 8 cm
_FAMILY = "DejaVu Sans"  # has all Vietnamese letters; others of the machine stand in for it
_PROBE = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><text y="15">{}</text></svg>'
_LETTERS, _NO_LETTERS = "Ếệữ", "\ue123\ue124\ue125"  # of the private use area: no font has them


def png(svg: str) -> bytes:
    """Returns the SVG file `svg` as PNG, on white.

    Raises Refused where resvg is not installed, or the machine has no font with Vietnamese letters.
    """
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        raise Refused(
            message(
                "PNG needs resvg-py: .venv/bin/python -m pip install 'resvg-py>=0.5,<0.6'; or name an .svg"
            )
        ) from None

    def drawn(text: str, zoom: float) -> bytes:
        fonts: dict[str, Any] = {"font_family": _FAMILY, "sans_serif_family": _FAMILY}
        return bytes(svg_to_bytes(svg_string=text, zoom=zoom, background="#ffffff", **fonts))

    if drawn(_PROBE.format(_LETTERS), 1) in (drawn(_PROBE.format(text), 1) for text in ("", _NO_LETTERS)):
        raise Refused(
            message("no font on this machine has Vietnamese letters: install one (Debian: fonts-dejavu-core)")
        )
    return drawn(svg, ZOOM)
