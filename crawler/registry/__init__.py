"""The registry: reads TOML files into frozen districts and portals, names each fault. Data: districts/."""
