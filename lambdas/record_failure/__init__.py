"""What ended an execution is kept."""
