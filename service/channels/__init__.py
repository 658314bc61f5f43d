"""Wires: one file a protocol; every channel passes one conformance suite."""
