"""Ways to talk to customers; each platform's own language stays inside its folder."""
