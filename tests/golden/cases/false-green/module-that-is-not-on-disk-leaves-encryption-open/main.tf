module "orders" {
  source         = "terraform-aws-modules/rds/aws"
  version        = "~> 6.0"
  identifier     = "orders"
  engine         = "postgres"
  engine_version = "16.4"
  family         = "postgres16"
}
