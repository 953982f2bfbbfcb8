"""Signing in and out, by password or by a provider of the office."""
