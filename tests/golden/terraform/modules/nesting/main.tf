module "settings" {
  source = "./settings"
  level  = "debug"
}

module "service" {
  source   = "./service"
  for_each = toset(["api", "web"])
  name     = each.key
  settings = module.settings.all
  extra    = { owner = "team-${each.value}" }
}

module "optional" {
  source   = "./service"
  count    = 1
  name     = "optional"
  settings = { level = "info", computed = "x" }
}

resource "terraform_data" "outputs" {
  input = {
    api      = module.service["api"].label
    all      = { for name, service in module.service : name => service.label }
    counted  = module.optional[0].label
    splat    = module.optional[*].label
    computed = module.settings.all.computed
    paths    = [path.module, path.root, module.service["web"].path]
  }
}
