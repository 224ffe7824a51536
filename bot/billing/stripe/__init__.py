"""Stripe as the company's billing system. What its library makes never leaves this package."""
