locals {
  prefix        = "ghostquant-${var.environment}"
  is_production = var.environment == "production"
  debug         = var.environment == "development"

  log_levels = {
    development = "DEBUG"
    staging     = "INFO"
    production  = "WARNING"
  }
  log_level = var.log_level != "" ? var.log_level : local.log_levels[var.environment]

  tags = {
    Project     = "ghostquant"
    Environment = var.environment
  }
}
