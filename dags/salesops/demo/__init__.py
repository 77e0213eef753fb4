"""The demo company and its exports."""
