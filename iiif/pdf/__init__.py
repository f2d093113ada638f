"""PDF documents of pictures with their text, written piece by piece."""
