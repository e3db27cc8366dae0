"""The SFU: packet loop, ICE-lite, the DTLS seam with aiortc, slots, worker process, media RPC."""
