"""Ten people for half an hour and longer: whether the media worker is at the end what it was at the beginning."""
