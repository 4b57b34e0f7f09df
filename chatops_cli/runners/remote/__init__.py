"""Machines that actions reach by SSH. Modules here that import asyncssh are imported late."""
