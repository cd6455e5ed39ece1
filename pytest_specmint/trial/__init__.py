"""The domains tried out on this machine, as `specmint-cli test` reports: goldens, boundary values, speed, validity."""
