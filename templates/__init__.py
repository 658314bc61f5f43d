"""The words and looks of letters, as package resources."""
