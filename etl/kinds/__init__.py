"""What a kind of fact is: its fields, cells, shared checks, and how its staged rows reach their tables."""
