"""Raw loads written from rows in memory, in the form in which ingest lands them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from salesops.warehouse.cases_input import SOURCE, Extraction, Row

STAMPS = ("_source", "_key", "_record_hash", "_load_id", "_file", "_line")
SEEN = (*STAMPS, "_extracted_at")
QUARANTINE = (
    "_source", "_load_id", "_file", "_line", "_extracted_at", "entity", "column_name", "reason", "message", "_key", "raw_text",
)  # fmt: skip


def _load_id(extraction: Extraction) -> str:
    body = json.dumps([str(extraction.extracted_at), str(extraction.loaded_at), extraction.entities], sort_keys=True)
    return f"{extraction.extracted_at:%Y%m%dT%H%M%SZ}-{hashlib.sha256(body.encode()).hexdigest()[:12]}"


def _write(path: Path, names: Sequence[str], rows: Sequence[Row]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"_line": pa.int64(), "_extracted_at": pa.timestamp("us")}
    fields = [pa.field(name, types.get(name, pa.string())) for name in names]
    columns = [pa.array([row.get(field.name) for row in rows], field.type) for field in fields]
    pq.write_table(pa.table(columns, schema=pa.schema(fields)), path)


def write_load(raw: Path, extraction: Extraction, entities: Mapping[str, Any]) -> str:
    """Write one load under `raw` as ingest would, every record as a version; return its load id.

    `entities` are the canonical entities (key and columns by name), as in ingest/entities.yml.
    """
    load_id = _load_id(extraction)
    folder = raw / SOURCE / load_id
    folder.mkdir(parents=True)
    extracted_at = extraction.extracted_at.replace(tzinfo=None)
    files = []
    for entity, rows in extraction.entities.items():
        columns = list(entities[entity]["columns"])
        stamped = [
            {
                **row,
                "_source": SOURCE,
                "_key": "|".join(row.get(name) or "" for name in entities[entity]["key"]),
                "_record_hash": hashlib.sha256(json.dumps([row.get(name) for name in columns]).encode()).hexdigest()[:16],
                "_load_id": load_id,
                "_file": f"{entity}.csv",
                "_line": number,
                "_extracted_at": extracted_at,
            }
            for number, row in enumerate(rows, start=2)
        ]
        _write(folder / f"{entity}.parquet", (*SEEN, *columns, "_extra"), stamped)
        _write(folder / f"{entity}.seen.parquet", SEEN, [])
        counts = {"read": len(rows), "landed": len(rows), "quarantined": 0, "repeated": 0}
        content = hashlib.sha256(json.dumps(rows).encode()).hexdigest()
        files.append(
            {"file": f"{entity}.csv", "sha256": content, "bytes": 0, "encoding": "utf-8", "delimiter": ",",
             "entities": {entity: counts}, **counts, "seconds": 0.0}
        )  # fmt: skip
    _write(folder / "quarantine.parquet", QUARANTINE, [])
    record = {
        "load_id": load_id,
        "source": SOURCE,
        "extracted_at": f"{extraction.extracted_at:%Y-%m-%dT%H:%M:%SZ}",
        "loaded_at": f"{extraction.loaded_at:%Y-%m-%dT%H:%M:%SZ}",
        "mapping_sha256": "",
        "extraction": load_id,
        "is_complete": True,
        "supersedes": [],
        "files": files,
        "full_exports": sorted(extraction.entities),
        "tombstones_suspended": [],
    }
    (folder / "load.json").write_text(json.dumps(record), encoding="utf-8")
    return load_id
