"""The safety audit: values of a dataset that could be those of a real person, account, business or machine."""
