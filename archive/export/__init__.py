"""The archive written out, in forms that other programs read."""
