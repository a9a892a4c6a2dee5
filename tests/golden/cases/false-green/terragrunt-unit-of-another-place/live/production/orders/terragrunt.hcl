terraform {
  source = "git::https://example.com/infrastructure.git//modules/database?ref=v1.2.3"
}

inputs = {
  encrypted = false
}
