"""The catalogue, and the only place where images, text and specifications meet."""
