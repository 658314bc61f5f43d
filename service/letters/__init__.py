"""Words: facts in, a Letter out; no network, no database, no clock."""
