"""The work list of the grid on screen: what is wrong, whose it is, how it stands; and each item by itself."""
