module "group" {
  source     = "./modules/group"
  create     = local.create_group
  name       = var.name
  family     = var.family
  parameters = var.parameters
}

module "instance" {
  source         = "./modules/instance"
  create         = var.create
  name           = var.name
  engine_version = var.engine_version
  encrypted      = var.encrypted
  public         = var.public
  group          = local.create_group ? module.group.id : null
}

locals {
  create_group = var.create && var.create_group
}
