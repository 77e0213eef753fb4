# One image for every part of Airflow. Its steps are the Makefile's own: `make install` on a plain Debian with Python.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 salesops \
    && mkdir -p /opt/salesops /opt/airflow /var/lib/salesops \
    && chown salesops:salesops /opt/salesops /opt/airflow /var/lib/salesops

USER salesops
WORKDIR /opt/salesops

# the environment first: it changes less often than the code
COPY --chown=salesops:salesops Makefile pyproject.toml requirements.txt README.md ./
COPY --chown=salesops:salesops dags/salesops/__init__.py dags/salesops/__init__.py
RUN make install

COPY --chown=salesops:salesops dags dags
COPY --chown=salesops:salesops dbt_project dbt_project
COPY --chown=salesops:salesops expectations expectations
COPY --chown=salesops:salesops reports reports

ENV PATH=/opt/salesops/.venv/bin:$PATH \
    AIRFLOW_HOME=/opt/airflow \
    SALESOPS_HOME=/var/lib/salesops \
    SALESOPS_PROJECT=/opt/salesops \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/salesops/dags \
    DO_NOT_TRACK=1

CMD ["salesops", "--help"]
