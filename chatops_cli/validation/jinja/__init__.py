"""What is checked of templates before anybody runs them: found, parsed once, and tried."""
