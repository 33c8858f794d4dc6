low=1 high=100
while ((low <= high)); do
  middle=$(((low + high) / 2))
  echo "$middle"
  read -r answer
  case $answer in
    higher) low=$((middle + 1)) ;;
    lower) high=$((middle - 1)) ;;
    *) exit 0 ;;
  esac
done
