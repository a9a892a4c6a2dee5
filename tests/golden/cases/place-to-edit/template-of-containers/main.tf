variable "environment" {
  default = "production"
}

variable "enabled" {
  default = true
}

locals {
  config = yamldecode(file("${path.module}/config/${var.environment}.yaml"))
}

resource "aws_ecs_task_definition" "web" {
  count  = var.enabled ? 1 : 0
  family = "web"
  container_definitions = templatefile("${path.module}/templates/web.json.tpl", {
    environment = local.config.environment
    image       = data.aws_ecr_repository.web.repository_url
  })
}

data "aws_ecr_repository" "web" {
  name = "web"
}

resource "google_sql_database_instance" "main" {
  for_each         = local.config.databases
  name             = each.key
  database_version = each.value.version

  settings {
    tier = "db-custom-2-7680"

    dynamic "database_flags" {
      for_each = each.value.flags
      content {
        name  = database_flags.key
        value = database_flags.value
      }
    }

    ip_configuration {
      ipv4_enabled = each.value.public
      ssl_mode     = each.value.public ? "ENCRYPTED_ONLY" : "ALLOW_UNENCRYPTED_AND_ENCRYPTED"
    }
  }
}

