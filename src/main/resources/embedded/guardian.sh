# Ends the children of a hub that was killed: waits until the hub's end of the pipe is closed by whatever end the hub had,
# then ends whom the hub's records still name. After an orderly end they name nobody.
# $1: folder of the records, $2: PostgreSQL's data
trap '' INT TERM HUP
cat > /dev/null
children=""
for record in "$1"/keycloak "$1"/kafka "$1"/simulators; do
  [ -f "$record" ] && children="$children $(head -n 1 "$record")"
done
database=$(head -n 1 "$2/postmaster.pid" 2> /dev/null)

# Processes, and what else to send after 15 seconds
end() {
  signal=$1
  shift
  [ $# -eq 0 ] && return
  kill "-$signal" "$@" 2> /dev/null
  for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
    kill -0 "$@" 2> /dev/null || return
    sleep 1
  done
  kill -KILL "$@" 2> /dev/null
}

end TERM $children
end INT $database
