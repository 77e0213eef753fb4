"""Builds: dbt in a private copy, then publish by pointer."""
