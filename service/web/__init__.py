"""The console: thin pages over the store's reads and the flows. Whose rows a page shows, the store decides."""
