"""Decisions, one function each: the session first, plain values after it; nothing here commits."""
