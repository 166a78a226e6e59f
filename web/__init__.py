"""The archive in a browser: read-only pages, downloads and an interface for programs, over storage/serve."""
