variable "name" {
  type = string
}

variable "force_ssl" {
  type = bool
}

variable "parameters" {
  type    = map(string)
  default = {}
}

variable "multi_az" {
  type    = bool
  default = false
}

variable "deletion_protection" {
  type    = bool
  default = false
}
