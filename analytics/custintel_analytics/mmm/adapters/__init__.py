"""Response tables of models that other libraries fitted. Each is read from a file; none of them is imported."""
