"""Checks before a night what it will need: settings, registry, database, disk, clock, alerts, cron."""
