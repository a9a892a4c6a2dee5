module "orders" {
  source         = "terraform-aws-modules/rds/aws"
  version        = "~> 6.0"
  identifier     = "orders"
  engine         = "postgres"
  engine_version = "16.4"
  family         = "postgres16"

  create_db_parameter_group = false
  parameter_group_name      = "elsewhere"
  parameters = [
    { name = "rds.force_ssl", value = "1" },
  ]
}
