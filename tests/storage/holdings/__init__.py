"""What other archives are known to hold."""
