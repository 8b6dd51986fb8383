"""Import of an estate from CSV or XLSX."""
