"""The registry: TOML files become frozen districts and portals, each fault named. Data: districts/."""
