"""Airflow: what the DAG files wire together, and the local Airflow that `salesops run` starts and ends."""
