"""`huyen districts export`: one's own verified entries, for a pull request."""

from __future__ import annotations

from crawler.terminal.console import complain, configured, say
from crawler.terminal.options import Province
from storage.language.messages import gettext as _


def export(province: Province = None) -> int:
    """Print the entries of your own registry that are verified, as TOML for a pull request.

    A portal is verified if its status is not unseen and it has a source. The exit status is 1 if one of
    yours is not.
    """
    from crawler.config import BUNDLED_REGISTRY
    from crawler.registry.share import shared

    settings, registry = configured()
    wanted = registry.of_provinces(province or ())
    found = shared(wanted.districts, registry.entries, BUNDLED_REGISTRY)
    if settings.own_registry is None:
        complain(_("the registry has no layer of your own: set HUYEN_REGISTRY=bundled:FOLDER"))
    if found.toml:
        say(found.toml.rstrip("\n"))
    for line in found.left:
        complain(_("not printed: {line}", line=line))
    for fault in wanted.errors:
        complain(str(fault))
    return 1 if found.left or wanted.errors else 0
