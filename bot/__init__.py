"""What the assistant knows and does, free of chat SDKs and web frameworks."""
