"""Short-lived values: in this process, or shared in Redis."""
