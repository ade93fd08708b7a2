#!/usr/bin/env bash
# Five minutes with the hub: one resident's message through all six desks. Needs curl and a hub started with
# ./mvnw spring-boot:run. "docs/tour.sh integration" stops after dispatching to a department with a system of its own. Between the steps, look at the desks in the Tasklist or at the request's timeline.
set -euo pipefail
HUB=${HUB:-http://localhost:8080}
REALM=${REALM:-http://localhost:8180/realms/liudan}

token() { curl -sf "$REALM/protocol/openid-connect/token" -d grant_type=password -d client_id=liudan-cli -d "username=$1" -d password=demo | sed 's/.*"access_token":"\([^"]*\)".*/\1/'; }
call() { local user=$1 method=$2 path=$3; shift 3; curl -sS -X "$method" "$HUB/api/v1$path" -H "Authorization: Bearer $(token "$user")" "$@"; }
first() { grep -o '"'"$1"'":"[^"]*"' | head -1 | cut -d'"' -f4; }
say() { printf '\n\033[1m%s\033[0m\n' "$1"; [ -t 0 ] && read -rp '  ⏎ ' _ || true; }
status() { printf '  → %s\n' "$(call resident1 GET "/requests/$code" | first statusName)"; }
decide() { # user, body
  local task
  task=$(call "$1" GET "/tasks?requestCode=$code" | first id)
  call "$1" POST "/tasks/$task/complete" -H 'Content-Type: application/json' -d "$2"
  status
}

lead=hwzx
if [ "${1:-}" = integration ]; then lead=cgj; fi

say '1 群众点单  resident1 files a request'
code=$(call resident1 POST /requests -H 'Content-Type: application/json' -H "Idempotency-Key: tour-$RANDOM-$$" -d '{
  "category": "sanitation", "title": "小区门口垃圾桶满溢", "description": "东门外四个垃圾桶两天没有清运，味道很大。",
  "location": {"lat": 35.5951, "lon": 103.2217}, "gridCode": "622901001001-01"}' | first code)
printf '  request code: %s\n' "$code"; status
grid=$(call resident1 GET "/requests/$code" | first gridCode)
community=${grid%-*}; street=${community:0:9}

say "2 网格核单  grid-$grid looks at it on the spot and confirms"
decide "grid-$grid" '{"decision": "CONFIRM"}'

say "3 社区下单  community-$community issues the order"
decide "community-$community" '{"decision": "ISSUE"}'

say "4 街道派单  street-$street names the lead department"
decide "street-$street" '{"decision": "DISPATCH", "lead": "'$lead'", "urgency": "NORMAL"}'
if [ "$lead" = cgj ]; then
  printf '\n5 部门接单  the order is on its way to the system of cgj: http://localhost:8290/\n'
  exit
fi

say '5 部门接单  dept-hwzx (环境卫生服务中心) accepts, handles, and reports with a photo'
decide dept-hwzx '{"decision": "ACCEPT"}'
photo=$(printf '%%PDF-1.4\n%%%%EOF\n' | call dept-hwzx POST /attachments -F 'file=@-;filename=photo.pdf' | first id)
decide dept-hwzx '{"decision": "FINISH", "report": "已清运并消毒，增加一班次。", "evidence": ["'"$photo"'"]}'

say '6 群众评单  resident1 rates'
call resident1 POST "/requests/$code/rating" -H 'Content-Type: application/json' \
  -d '{"contacted": true, "solved": true, "satisfied": 5, "comment": "很快，谢谢"}' >/dev/null
status
printf '\nIts whole story: GET %s/api/v1/requests/%s as resident1\n' "$HUB" "$code"
