"""What nobody is at work on and somebody should be."""
