# None of these modules is on disk: what is written in the call is told, all else is unknown.
module "aurora" {
  source            = "terraform-aws-modules/rds-aurora/aws"
  version           = "~> 9.0"
  name              = "orders"
  engine            = "aurora-postgresql"
  storage_encrypted = true
  instances = {
    one = { publicly_accessible = false }
    two = { publicly_accessible = true }
  }
}

module "aurora_silent" {
  source    = "terraform-aws-modules/rds-aurora/aws"
  name      = "silent"
  engine    = "aurora-postgresql"
  instances = { one = {} }
}

module "cache" {
  source                     = "terraform-aws-modules/elasticache/aws"
  replication_group_id       = "sessions"
  transit_encryption_enabled = false
}

module "memory" {
  source      = "terraform-aws-modules/memory-db/aws"
  name        = "sessions"
  create_acl  = false
  acl_name    = "open-access"
  tls_enabled = false
}

module "memory_own_list" {
  source = "terraform-aws-modules/memory-db/aws"
  name   = "own-list"
}

module "posse" {
  source            = "cloudposse/rds-cluster/aws"
  engine            = "aurora-postgresql"
  storage_encrypted = false
  cluster_parameters = [
    { name = "rds.force_ssl", value = "1", apply_method = "immediate" },
  ]
}

module "service" {
  source = "terraform-aws-modules/ecs/aws//modules/service"
  name   = "web"
  container_definitions = {
    web = {
      environment = [{ name = "SESSION_COOKIE_SECURE", value = "false" }]
    }
    proxy = {
      environment = []
    }
  }
}

module "cluster" {
  source = "terraform-aws-modules/ecs/aws"
  services = {
    web = {
      container_definitions = {
        web = { environment = [{ name = "SESSION_COOKIE_SECURE", value = "true" }] }
      }
    }
  }
}

module "function" {
  source                = "terraform-aws-modules/lambda/aws"
  function_name         = "function"
  environment_variables = { SESSION_COOKIE_SECURE = "true" }
}

module "container" {
  source      = "cloudposse/ecs-container-definition/aws"
  environment = [{ name = "SESSION_COOKIE_SECURE", value = "false" }]
}

module "cloud_sql" {
  source           = "terraform-google-modules/sql-db/google//modules/postgresql"
  version          = "~> 25.0"
  name             = "orders"
  database_version = "POSTGRES_16"
  ip_configuration = { ssl_mode = "ALLOW_UNENCRYPTED_AND_ENCRYPTED", ipv4_enabled = false }
}

module "memorystore" {
  source       = "terraform-google-modules/memorystore/google"
  name         = "sessions"
  auth_enabled = true
}

module "flexible" {
  source         = "Azure/avm-res-dbforpostgresql-flexibleserver/azurerm"
  name           = "orders"
  server_version = "16"
  server_configuration = {
    tls = { name = "require_secure_transport", config = "off" }
  }
}
