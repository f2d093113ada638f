"""The catalogue's own JSON API: what is known, and how it is written."""
