"""Commands that give articles out: export, search, diff, duplicates."""
