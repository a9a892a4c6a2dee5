force_ssl = false
