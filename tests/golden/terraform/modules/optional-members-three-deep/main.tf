
module "platform" {
  source = "./platform"
  databases = {
    orders = {
      engine_version = "16.3"
      parameters = [
        { name = "log_connections", value = true },
        { name = "rds.force_ssl", value = 1, apply_method = "pending-reboot" },
      ]
      network = { public = false }
    }
    ledger = {
      engine_version = 15
      encrypted      = null
      network        = null
    }
    old = { enabled = false }
  }
  caches = [{ name = "sessions", tls = true }, { name = "jobs" }]
}
output "endpoints" { value = module.platform.summary }
