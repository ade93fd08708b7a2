#!/bin/sh
# The password of the hub's own database user, which provision.sql has made.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$LIUDAN_DATABASE_PASSWORD" -U postgres -d liudan <<'SQL'
alter role liudan password :'password';
SQL
