"""FILES: fetches what articles link to after the news, one worker a file host, and keeps it."""
