"""The text of pictures, recognised by programs that are installed beside the archive."""
