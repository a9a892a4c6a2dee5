variable "name" {
  type = string
}

variable "create" {
  type    = bool
  default = true
}

variable "create_group" {
  type    = bool
  default = true
}

variable "engine_version" {
  type    = string
  default = null
}

variable "family" {
  type    = string
  default = null
}

variable "encrypted" {
  type    = bool
  default = true
}

variable "public" {
  type    = bool
  default = true
}

variable "subnets" {
  type    = list(string)
  default = []
}

variable "parameters" {
  type = list(object({
    name         = string
    value        = string
    apply_method = optional(string)
  }))
  default = []
}
