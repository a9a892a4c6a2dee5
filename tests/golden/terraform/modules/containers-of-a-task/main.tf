
variable "env" {
  type    = map(string)
  default = { LOG_LEVEL = "info", WORKERS = 4, DEBUG = false }
}
variable "secrets" { default = ["DATABASE_URL", "SECRET_KEY"] }
variable "origins" {
  type    = list(string)
  default = ["https://a.example", "https://b.example"]
}
resource "terraform_data" "repo" {}
locals {
  overrides   = { LOG_LEVEL = "warning", CORS_ORIGINS = jsonencode(var.origins), HOSTS = join(",", [for o in var.origins : replace(o, "/^https?:\\/\\//", "")]) }
  environment = [for k, v in merge(var.env, local.overrides) : { name = k, value = tostring(v) }]
  definitions = [
    {
      name        = "web"
      image       = "${terraform_data.repo.id}:latest"
      essential   = true
      environment = local.environment
      secrets     = [for s in var.secrets : { name = s, valueFrom = "arn:aws:ssm:eu-west-1:1:parameter/app/${lower(s)}" }]
    },
    { name = "sidecar", image = "envoy:1", environment = [{ name = "X", value = "y" }] },
  ]
}
resource "terraform_data" "task" {
  input = { defs = local.definitions, json = jsonencode([for d in local.definitions : d if d.name == "sidecar"]) }
}
resource "terraform_data" "json" {
  input = jsonencode(local.definitions)
}
resource "terraform_data" "count" {
  count = length(local.environment)
  input = local.environment[count.index].name
}
