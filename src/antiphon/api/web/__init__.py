"""The web player, served at /app/."""
