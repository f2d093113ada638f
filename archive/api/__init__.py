"""How JSON is served to machines, one file an API."""
