"""Landing: every record of every export is in raw exactly once, or in quarantine with a reason."""
