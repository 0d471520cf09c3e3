"""The register of graduates."""
