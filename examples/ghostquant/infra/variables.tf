variable "environment" {
  description = "development, staging or production"
  type        = string

  validation {
    condition     = contains(["development", "staging", "production"], var.environment)
    error_message = "The environment is one of development, staging and production."
  }
}

variable "region" {
  type    = string
  default = "eu-west-1"
}

variable "force_ssl" {
  description = "Whether PostgreSQL refuses connections without TLS."
  type        = bool
  default     = true
}

variable "database_parameters" {
  description = "PostgreSQL parameters beside those that hold everywhere."
  type        = map(string)
  default     = {}
}

variable "transit_encryption_mode" {
  description = "required, or preferred while clients are being moved to TLS"
  type        = string
  default     = "required"
}

variable "cors_origins" {
  type    = list(string)
  default = ["https://ghostquant.com"]
}

variable "session_cookie_samesite" {
  type    = string
  default = "strict"
}

variable "session_cookie_secure" {
  type    = bool
  default = true
}

variable "log_level" {
  description = "Empty takes the level that belongs to the environment."
  type        = string
  default     = ""
}

variable "docs_enabled" {
  type    = bool
  default = false
}

variable "image" {
  type    = string
  default = "ghostquant/orders:2.4.1"
}
