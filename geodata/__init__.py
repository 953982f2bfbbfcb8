"""What is true: the grid, its people, its subjects, what was seen and tested, and the numbers counted from them."""
