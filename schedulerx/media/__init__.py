"""Pure functions on images, video and audio: type, integrity, metadata, renditions."""
