"""What comes from elsewhere while one listens: internet radio."""
