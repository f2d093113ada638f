"""Files, sheets and folders become records."""
