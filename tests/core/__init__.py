"""The rules: examples that read like an evening in the group, and histories that Hypothesis makes up."""
