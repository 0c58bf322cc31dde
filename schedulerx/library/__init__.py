"""The photo library: downloaded, deduplicated, compressed, prepared, uploaded, sorted, verified."""
