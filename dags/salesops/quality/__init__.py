"""Audits: suites declared in YAML, run by Great Expectations, and the gates that act on them."""
