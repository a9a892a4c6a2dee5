terraform {
  source = "../../../modules//database"
}

inputs = {
  name = "orders-staging"
}
