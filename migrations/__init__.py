"""The catalogue's versions, each a numbered step that can be taken back."""
