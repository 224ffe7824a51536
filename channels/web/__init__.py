"""The website's chat."""
