"""Grade submissions: a learner's code in one process, the checks in another, plain data between them."""
