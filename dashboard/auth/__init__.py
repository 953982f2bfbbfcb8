"""Who comes in and how far: sign-in, sessions, the guard before every address and every callback."""
