"""The ways to find segments, each in a module: from a matrix to labels and to a place for new customers."""
