"""Sheets: a file's bytes in, checked rows out; no database, no network, no clock."""
