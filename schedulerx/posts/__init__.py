"""Posts: scheduled to the minute, published once."""
