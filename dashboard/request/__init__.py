"""What a screen or an address is given: who asks, which view, which browser, and the way to the data."""
