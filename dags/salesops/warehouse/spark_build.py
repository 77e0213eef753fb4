"""The same models on Apache Spark; needs pyspark and dbt-spark alone (`make spark`, docs/spark.md).

`python -m salesops.warehouse.spark_build SOURCES WAREHOUSE [dbt arguments]` reads what `salesops sources` wrote and makes the
marts as Parquet tables below WAREHOUSE. What a cluster needs comes from its own spark-defaults.conf.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"

SESSION = {
    # instants are UTC, and what Parquet calls a timestamp without zone is one of them
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "false",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.sources.default": "parquet",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "true",
}
"""What the models' meaning rests on."""
LOCAL = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
}
"""For one machine; a cluster has its own."""


def session(warehouse: str) -> Any:
    """The session that dbt will find."""
    from pyspark import SparkConf
    from pyspark.sql import SparkSession

    is_local = SparkConf().get("spark.master", "local").startswith("local")
    builder = SparkSession.builder.appName("salesops").config("spark.sql.warehouse.dir", warehouse)
    for name, value in (SESSION | (LOCAL if is_local else {})).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def show_sources(spark: Any, sources: Path) -> None:
    """Every Parquet file of `sources` as a table of the schema that its folder is named after."""
    for folder in sorted(path for path in sources.iterdir() if path.is_dir()):
        spark.sql(f"create database if not exists {folder.name}")
        for file in sorted(folder.glob("*.parquet")):
            spark.sql(f"drop table if exists {folder.name}.`{file.stem}`")
            spark.sql(f"create table {folder.name}.`{file.stem}` using parquet options (path '{file}')")


def build(sources: Path, warehouse: Path, arguments: Sequence[str]) -> bool:
    """Run the models; True when every one was made."""
    from dbt.cli.main import dbtRunner

    spark = session(str(warehouse))
    spark.sparkContext.setLogLevel("ERROR")
    show_sources(spark, sources)
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    written = ["--target-path", str(warehouse / "_dbt"), "--log-path", str(warehouse / "_dbt")]
    variables = ["--vars", (sources / "variables.json").read_text(encoding="utf-8")]
    done = dbtRunner().invoke(["--no-use-colors", "run", "--target", "spark", *places, *written, *variables, *arguments])
    return bool(done.success)


if __name__ == "__main__":
    sys.exit(0 if build(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3:]) else 1)
