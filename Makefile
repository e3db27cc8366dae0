# The commands of this project. `make` alone lists them.
