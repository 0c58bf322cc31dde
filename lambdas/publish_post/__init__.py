"""A post's targets, for which executions are started."""
