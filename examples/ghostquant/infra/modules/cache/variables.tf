variable "name" {
  type = string
}

variable "transit_encryption_mode" {
  type = string
}

variable "replicas" {
  type = number
}
