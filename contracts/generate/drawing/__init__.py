"""Diagrams as SVG: blocks, lanes, and exchanges between information systems."""
