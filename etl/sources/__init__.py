"""Kinds of fact, one module each; its name is the kind, its ``SOURCE`` says everything about it."""
