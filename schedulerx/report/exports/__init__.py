"""Results as files that other programs open: NDJSON, CSV, XLSX, Parquet, and a page of events."""
