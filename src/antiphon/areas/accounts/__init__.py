"""Users, roles, sessions, tokens, API keys and app passwords."""
