"""FILES: what attachments are by their bytes, and what they say. Bytes in, text out, in a child process."""
