[
  {
    "name": "web",
    "image": "${image}",
    "environment": [
%{ for name, value in environment ~}
      {"name": "${upper(name)}", "value": "${value}"},
%{ endfor ~}
      {"name": "SESSION_COOKIE_SECURE", "value": "False"}
    ]
  }
]
