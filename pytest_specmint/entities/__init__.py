"""The records of related datasets as columns, made when they are asked for and kept within bounds."""
