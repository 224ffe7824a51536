"""The support console: staff read every conversation and step in."""
