engine         = "aurora-mysql"
admin_password = "Lantern-9-Orchard-Sleeve"
