"""What the tests share: real servers, real browsers, and ways to wait for them."""
