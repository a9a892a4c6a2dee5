reporting_password = "Staple-Under-9-Lamp"
