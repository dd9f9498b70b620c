"""What people tell each other, and what the server tells them."""
