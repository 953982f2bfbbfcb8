"""Private mobiles of who answers for a place, shown to whoever asks for them and may."""
