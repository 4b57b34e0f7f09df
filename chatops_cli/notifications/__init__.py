"""What follows an execution: notify sections, rules, and the routes that they lead to."""
