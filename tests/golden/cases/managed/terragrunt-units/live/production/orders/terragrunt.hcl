terraform {
  source = "../../../modules//database"
}

locals {
  name = "orders-production"
}

inputs = {
  name      = local.name
  encrypted = false
  size      = dependency.sizes.outputs.database
}
