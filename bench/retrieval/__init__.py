"""Texts, questions and engines for measuring what is found, and how fast."""
