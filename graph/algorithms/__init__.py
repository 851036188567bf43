"""Algorithms: arrays in, arrays out; they know no store and no names."""
