"""Bytes: sources, which are never altered, and derivatives, which can be made again."""
