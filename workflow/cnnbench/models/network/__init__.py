"""What all architectures share once Keras is loaded: the way in and out, and the count of its operations."""
