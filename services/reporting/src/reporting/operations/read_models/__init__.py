"""What events change in what reporting keeps."""
