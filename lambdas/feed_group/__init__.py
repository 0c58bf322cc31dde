"""One group of a run is sent to another deployment."""
