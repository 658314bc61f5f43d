"""All SQL. Functions take a Connection first, return domain values, and never commit."""
