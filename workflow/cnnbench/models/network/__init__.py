"""What all architectures share once Keras is loaded: input and output layers, changes by the recipe, counts."""
