"""The CMS of Ninh Bình's districts until 2025 (giavien, kimson): addresses /{slug}-{id}.html at the root.

No markup of it has been seen, only stored text, so the reader finds its way by structure and text.
"""

import re

from crawler.families.base import Family


class NinhBinh(Family):
    """Prints "Thứ ba, 07/02/2023" under the title; "Bài viết khác" opens the list of other articles."""

    article = re.compile(r"^/[^/?]+-\d{1,6}\.html$")
