"""Windows machines that actions reach by WinRM. Modules here that import pypsrp are late."""
