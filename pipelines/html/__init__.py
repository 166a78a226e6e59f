"""READ: bytes to one NFC tree, and that tree to blocks. Knows HTML, and nothing of articles."""
