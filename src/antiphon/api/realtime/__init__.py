"""The server's own voice: news by Socket.IO, namespace `/realtime`."""
