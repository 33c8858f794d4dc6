read -r n
echo 1 $((n - 1))
