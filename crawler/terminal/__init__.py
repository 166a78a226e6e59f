"""How things look to a person: tables, errors, differences, JSON. Decides nothing; any command may use it."""
