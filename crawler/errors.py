"""What ends a command before it began, in words for the user."""


class Refused(Exception):
    """Wrong use, found before anything was started; the text is for the user."""
