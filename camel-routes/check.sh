#!/usr/bin/env bash
# Tells about a department's file before it goes live: what is wrong with it, what would be sent, what came back.
#   camel-routes/check.sh rqgs.yaml
# HUB and TOKEN (an access token of an integrator) are of the demo unless they are set.
set -euo pipefail
file=${1:?the file of a department}
hub=${HUB:-http://localhost:8080}
realm=${REALM:-http://localhost:8180/realms/liudan}
token=${TOKEN:-$(curl -sf "$realm/protocol/openid-connect/token" -d grant_type=password -d client_id=liudan-cli -d username=integrator -d password=demo |
  sed 's/.*"access_token":"\([^"]*\)".*/\1/')}
name=$(basename "$file")
curl -s "$hub/api/v1/connectors/check?department=${name%.y*ml}" -H "Authorization: Bearer $token" -H 'Content-Type: text/plain; charset=UTF-8' --data-binary "@$file"
echo
