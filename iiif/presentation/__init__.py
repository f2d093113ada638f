"""Manifests, collections and their parts, drawn as plain dictionaries. Source: Presentation 3.0."""
