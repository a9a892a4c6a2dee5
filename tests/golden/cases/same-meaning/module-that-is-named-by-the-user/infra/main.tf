module "orders" {
  source  = "git::https://git.example.com/platform/terraform-modules.git//database?ref=v3"
  encrypt = true
}
