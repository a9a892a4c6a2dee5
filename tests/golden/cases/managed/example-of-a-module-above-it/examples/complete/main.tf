module "network" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "~> 6.0"
  name    = "ledger"
}

module "db" {
  source         = "../../"
  name           = "ledger"
  engine_version = "17"
  family         = "postgres17"
  subnets        = module.network.database_subnets

  parameters = [
    {
      name  = "log_connections"
      value = 0
    },
    {
      name         = "password_encryption"
      value        = "md5"
      apply_method = "pending-reboot"
    },
  ]
}

module "db_default" {
  source         = "../../"
  name           = "ledger-default"
  engine_version = "17"
  create_group   = false
  encrypted      = false
}

module "db_disabled" {
  source = "../../"
  name   = "never"
  create = false
}
