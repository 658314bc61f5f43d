"""Benchmarks: the shipped code driven through its public entry points."""
