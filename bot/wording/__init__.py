"""What is said to customers: texts from data/responses, with names, dates and money filled in."""
