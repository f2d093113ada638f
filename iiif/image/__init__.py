"""Pixels: from a source file to a pyramid, from a request to a rendition."""
