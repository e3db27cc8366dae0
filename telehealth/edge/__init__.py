"""The doors to the outside: aiohttp routes, socket.io signalling, sign-in, join links, exports, static files."""
