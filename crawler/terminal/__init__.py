"""What people see: tables, errors, differences, JSON. Decides nothing; any command may use it."""
