"""The endpoints, by what they are about. Each takes a call and gives what stands in the envelope."""
