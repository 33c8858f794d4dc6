read -r n count
read -r -a numbers
declare -A broken
for step in "${numbers[@]}"; do broken[$step]=1; done

below=0
here=1
for ((step = 1; step <= n; step++)); do
  if [[ ${broken[$step]} ]]; then next=0; else next=$((below + here)); fi
  below=$here
  here=$next
done
echo "$here"
