"""The rules: pure functions and frozen values, no clock, no input or output, standard library only."""
