"""Units, their shapes, and what a reorganisation moved."""
