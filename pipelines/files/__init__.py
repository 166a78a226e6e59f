"""FILES: what attachments are by their bytes, and what they say. Pure functions of bytes."""
