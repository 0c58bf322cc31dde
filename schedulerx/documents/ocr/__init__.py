"""Text recognition: one interface, its engines, and what decides whether an image holds text."""
