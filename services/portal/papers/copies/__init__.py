"""Electronic copies that people upload, read with suspicion before they are kept."""
