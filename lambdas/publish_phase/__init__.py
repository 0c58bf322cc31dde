"""One phase of a post on one account."""
