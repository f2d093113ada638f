"""Text in every language, found to the very word."""
