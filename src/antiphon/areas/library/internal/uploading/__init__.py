"""What people bring: how it is received, checked, stored and made a song."""
