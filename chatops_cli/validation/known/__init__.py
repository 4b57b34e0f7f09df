"""What other parts of the program report, given codes: one module a family."""
