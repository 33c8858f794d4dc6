declare -A count first
order=()
while read -r time level service message; do
  [[ $level == ERROR ]] || continue
  service=${service%%:*}
  if [[ -z ${first[$service]} ]]; then
    first[$service]=$time
    order+=("$service")
  fi
  count[$service]=$((${count[$service]:-0} + 1))
done

for service in "${order[@]}"; do
  echo "$service ${count[$service]} ${first[$service]}"
done
if ((${#order[@]} == 0)); then
  echo "all quiet"
fi
