"""Listening: the audio that is handed out, who plays what just now, and the log of what people did."""
