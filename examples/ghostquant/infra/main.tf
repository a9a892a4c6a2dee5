module "orders" {
  source = "./modules/database"

  name                = "${local.prefix}-orders"
  force_ssl           = var.force_ssl
  parameters          = var.database_parameters
  multi_az            = local.is_production
  deletion_protection = local.is_production
}

module "sessions" {
  source = "./modules/cache"

  name                    = "${local.prefix}-sessions"
  transit_encryption_mode = var.transit_encryption_mode
  replicas                = local.is_production ? 2 : 1
}

module "api" {
  source = "./modules/service"

  name  = "${local.prefix}-api"
  image = var.image

  environment = {
    ENVIRONMENT             = var.environment
    DEBUG                   = local.debug ? "True" : "False"
    LOG_LEVEL               = local.log_level
    CORS_ORIGINS            = jsonencode(var.cors_origins)
    SESSION_COOKIE_SECURE   = title(tostring(var.session_cookie_secure))
    SESSION_COOKIE_HTTPONLY = "True"
    SESSION_COOKIE_SAMESITE = var.session_cookie_samesite
    DOCS_ENABLED            = tostring(var.docs_enabled)
    HSTS_SECONDS            = var.environment == "development" ? "0" : "31536000"
  }

  secrets = {
    SECRET_KEY   = "arn:aws:secretsmanager:${var.region}:123456789012:secret:${local.prefix}/session-key"
    DATABASE_URL = module.orders.url_secret
    REDIS_URL    = module.sessions.url_secret
  }
}
