"""Files of text beside pages: read, and fitted to their canvases."""
