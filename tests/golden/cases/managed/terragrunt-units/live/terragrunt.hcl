# Only included by others: no unit of its own.
remote_state {
  backend = "s3"
}

inputs = {
  owner = "orders"
}
