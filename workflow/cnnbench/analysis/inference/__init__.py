"""What the answers of a few seeds on one set of test images bear about other seeds and other images."""
