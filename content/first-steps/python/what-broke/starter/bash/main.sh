while read -r time level service message; do
  : # Which lines matter, and what do you keep of them?
done
