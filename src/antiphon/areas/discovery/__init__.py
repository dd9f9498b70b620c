"""Discovery: what else somebody may like to hear."""
