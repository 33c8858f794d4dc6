read -r n
if ((n < 5000)); then echo $((n - 2)) 2; else echo 1 1; fi
