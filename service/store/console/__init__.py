"""What the pages of the console read."""
