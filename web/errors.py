"""What the pages raise for an address at which the archive has nothing."""


class Missing(Exception):
    """The archive has nothing at this address. Raised by a page, answered with status 404."""
