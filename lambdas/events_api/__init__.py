"""Batches of events that other deployments send."""
