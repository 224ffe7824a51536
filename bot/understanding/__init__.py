"""How a customer's words become an intent: the pure decision, and the parts that run inside Rasa."""
