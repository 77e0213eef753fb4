"""Salesops: CRM exports to audited sales-operations marts and emailed reports."""

__version__ = "0.1.0"
