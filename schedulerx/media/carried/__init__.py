"""What a rendition says of its original: EXIF, XMP and IPTC, on request without any location."""
