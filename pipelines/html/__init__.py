"""READ: bytes become one NFC tree, the tree becomes blocks. Knows HTML, but not articles."""
